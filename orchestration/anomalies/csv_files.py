"""Series in CSV files: read, score and write them row by row."""

import csv
import gzip
import io
import math
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from orchestration.anomalies.monitor import SeriesMonitor
from orchestration.anomalies.presets import (
    MILLISECONDS_FROM,
    PRESETS,
    ROWS_PER_REPORT,
    Presets,
)
from orchestration.errors import BadInputError

__all__ = ["OUTPUT_COLUMNS", "DetectReport", "detect_file", "parse_seconds"]

OUTPUT_COLUMNS = ("series", "timestamp", "anomaly_score", "is_anomaly", "raw_score")

_MISSING = frozenset({"", "nan", "null", "none", "na", "n/a", "\\n"})
_GZIP_MAGIC = b"\x1f\x8b"
# Eight digits are a day (20140214), more or fewer a number of seconds.
_NUMBER = re.compile(r"-?(?!\d{8}$)\d{1,15}(\.\d*)?")


@dataclass
class DetectReport:
    """Counts of a run.

    Attributes
    ----------
    rows, missing : int
        Rows read, and rows without a value, which are not scored.
    anomalies, episodes : int
        Anomalous rows, and the episodes that they belong to: a stronger row within the cool-down
        of an anomaly is anomalous too, but is no new episode.
    monitors : dict of str to SeriesMonitor
        State of each series, by name.
    """

    rows: int = 0
    missing: int = 0
    anomalies: int = 0
    episodes: int = 0
    monitors: dict[str, SeriesMonitor] = field(default_factory=dict, repr=False)


def detect_file(
    source: Path,
    target: Path,
    presets: Presets = PRESETS,
    progress: Callable[[int], None] | None = None,
    named: Callable[[str], str] = str,
) -> DetectReport:
    """Score every row of a file; memory grows with the number of series, not of rows.

    Parameters
    ----------
    source : Path
        CSV with columns `timestamp` and `value`, and `series` if there are several; may be gzipped.
    target : Path
        Gets `OUTPUT_COLUMNS`, all rows or none; gzipped if the name ends in .gz.
    presets : Presets
        Limits and windows.
    progress : callable, optional
        Called with the number of rows read, every 100,000.
    named : callable
        Gives the text for a name of a series.

    Returns
    -------
    DetectReport
        Counts.

    Raises
    ------
    BadInputError
        If a file cannot be read or written, or a row makes no sense: names file and line.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise BadInputError(f"--out {target} is the file to read: give it another name.")
    if target.is_dir():
        raise BadInputError(f"--out {target} is a folder: give a file in it.")
    report = DetectReport()
    with _reading(source) as lines, _writing(target) as output:
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(OUTPUT_COLUMNS)
        for series, timestamp, seconds, value in _rows(source, lines):
            monitor = report.monitors.get(series)
            if monitor is None:
                monitor = report.monitors[series] = SeriesMonitor(presets)
            judgement = monitor.judge(seconds, value)
            score, is_anomaly = judgement.score, int(judgement.is_anomaly)
            writer.writerow((named(series), timestamp, score, is_anomaly, judgement.raw_score))
            report.rows += 1
            report.missing += math.isnan(value)
            report.anomalies += judgement.is_anomaly
            report.episodes += judgement.is_new_episode
            if progress and not report.rows % ROWS_PER_REPORT:
                progress(report.rows)
    return report


def parse_seconds(text: str) -> float:
    """Return a timestamp as seconds since 1970; without a zone it is taken as UTC.

    Parameters
    ----------
    text : str
        ISO 8601 (`2014-02-14 14:30:00`, also with T, fraction, zone, or a date only), or a number
        of seconds or milliseconds since 1970.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number / 1000 if abs(number) >= MILLISECONDS_FROM else number
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _rows(source: Path, lines: TextIO) -> Iterator[tuple[str, str, float, float]]:
    """Yield series, timestamp as written, seconds and value of each row."""
    reader = csv.reader(lines)
    header = next(reader, None)
    if header is None:
        raise BadInputError(f"{source} is empty: add the header series,timestamp,value and rows.")
    places = _places(source, header)
    width = len(header)
    name = source.name.removesuffix(".gz").removesuffix(".csv")
    for row in reader:
        if not row:
            continue
        where = f"{source}, line {reader.line_num}"
        if len(row) != width:
            raise BadInputError(
                f"{where}: {len(row)} fields where the header has {width}; correct the line, or "
                "put text with commas into double quotes."
            )
        timestamp, text = row[places["timestamp"]].strip(), row[places["value"]].strip()
        try:
            seconds = parse_seconds(timestamp)
        except (ValueError, OverflowError) as error:
            raise BadInputError(
                f"{where}: the timestamp {timestamp!r} is not understood; write it as "
                "2014-02-14 14:30:00, or as seconds since 1970."
            ) from error
        yield (
            row[places["series"]] if "series" in places else name,
            timestamp,
            seconds,
            _value(where, text),
        )


def _value(where: str, text: str) -> float:
    """Return a value; NaN where there is none."""
    if text.lower() in _MISSING:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.inf
    if not math.isfinite(value):
        raise BadInputError(
            f"{where}: the value {text!r} is not a finite number; write it like 12.5, or leave it "
            "empty if it is missing."
        )
    return value


def _places(source: Path, header: list[str]) -> dict[str, int]:
    """Return the positions of the columns."""
    names = [name.strip().lower() for name in header]
    missing = [name for name in ("timestamp", "value") if name not in names]
    if missing:
        raise BadInputError(
            f"{source}, line 1: no column {' and '.join(missing)} among "
            f"{', '.join(header) or 'none'}; the header must name timestamp and value, and series "
            "if the file has several."
        )
    twice = [name for name in ("series", "timestamp", "value") if names.count(name) > 1]
    if twice:
        raise BadInputError(f"{source}, line 1: column {twice[0]} is there twice; keep one.")
    return {name: names.index(name) for name in ("series", "timestamp", "value") if name in names}


@contextmanager
def _reading(source: Path) -> Iterator[TextIO]:
    """Open plain or gzipped text; errors while reading become one sentence."""
    try:
        with source.open("rb") as raw:
            packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            content = gzip.GzipFile(fileobj=raw) if packed else raw
            with io.TextIOWrapper(content, encoding="utf-8-sig", newline="") as lines:
                yield lines
    except UnicodeDecodeError as error:
        raise BadInputError(f"{source} is not UTF-8 text: save it as CSV in UTF-8.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInputError(f"{source} is a damaged gzip file: copy it again.") from error
    except csv.Error as error:
        raise BadInputError(f"{source} is not a CSV file ({error}): save it as CSV.") from error
    except OSError as error:
        raise BadInputError(
            f"Cannot read {source} ({error.strerror or error}): check its path and permissions."
        ) from error


@contextmanager
def _writing(target: Path) -> Iterator[TextIO]:
    """Write a temporary file, and rename it to the target when it is complete."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        opened = partial.open("wb")
    except OSError as error:
        raise BadInputError(
            f"Cannot write {target} ({error.strerror}): give --out a file in a folder that exists "
            "and is writable."
        ) from error
    try:
        with opened as raw:
            content = gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) if _packed(target) else raw
            with io.TextIOWrapper(content, encoding="utf-8", newline="") as output:
                yield output
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _packed(target: Path) -> bool:
    return target.suffix == ".gz"
