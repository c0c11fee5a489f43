"""A CSV file of daily series, read with errors that name the line."""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError

__all__ = ["SeriesFile", "read_series"]

ONLY_SERIES = "series"
# 2026-01-31 or 20260131, with or without a time and zone, of which the date is taken as written.
_DAY = (
    r"^\s*(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T ]\d{2}(?::?\d{2}){0,2}(?:[.,]\d+)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$"
)
_NO_VALUE = {"", "na", "nan", "null", "none", "n/a"}


@dataclass(frozen=True)
class SeriesFile:
    """What a file holds.

    Attributes
    ----------
    history : DataFrame
        unique_id, ds, y; one row a series and day, in the order of the file.
    repeated : int
        Rows left out because they say again what another says.
    without_value : int
        Rows without y, which are missing days.
    """

    history: pd.DataFrame
    repeated: int
    without_value: int


def read_series(path: Path) -> SeriesFile:
    """Read a CSV file with columns unique_id, ds and y.

    The columns may stand in any order and beside others; without unique_id the file is one
    series. Rows may be in any order. A row that is there again with the same day and value counts
    once; with another value it is an error, as nobody but the owner knows whether to sum.

    Arguments
    ---------
    path : Path
        The file; .gz, .bz2, .xz and .zst are unpacked.

    Returns
    -------
    SeriesFile
        Its rows.

    Raises
    ------
    BadInputError
        If it cannot be read; names the file, and the line where there is one.
    """
    table = _table(path)
    header = {name.strip().strip('"').lower(): name for name in table.columns}
    lacking = [name for name in ("ds", "y") if name not in header]
    if lacking:
        raise BadInputError(
            f"{path} has no column {' and no '.join(lacking)} (it has {', '.join(table.columns)}): "
            f"name the columns unique_id, ds and y in the first line."
        )
    if not len(table):
        raise BadInputError(f"{path} has a header and no rows: give it at least one day.")
    days = _days(path, table[header["ds"]])
    values = _values(path, table[header["y"]])
    if "unique_id" in header:
        ids = table[header["unique_id"]].str.strip()
        _refuse(path, "unique_id", ids, ids == "", "fill in the name of the series")
    else:
        ids = pd.Series(ONLY_SERIES, index=table.index)
    history = pd.DataFrame({"unique_id": ids, "ds": days, "y": values})
    if history["y"].isna().all():
        raise BadInputError(f"{path} has no value in column y: there is nothing to forecast.")
    known = history[history["y"].notna()]
    once = known.drop_duplicates()
    again = once.duplicated(["unique_id", "ds"])
    if again.any():
        second = once[again].iloc[0]
        same = (once["unique_id"] == second["unique_id"]) & (once["ds"] == second["ds"])
        first, other = (_line(index) for index in once.index[same][:2])
        raise BadInputError(
            f"{path} has two values of series {second['unique_id']} on {second['ds'].date()}, in "
            f"lines {first} and {other}: keep one row a day, or sum the day's rows first."
        )
    return SeriesFile(
        history=once.reset_index(drop=True),
        repeated=len(known) - len(once),
        without_value=len(history) - len(known),
    )


def _table(path: Path) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            # A line with too many cells must not shift the others into an index.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                skip_blank_lines=False,
                encoding="utf-8-sig",
                index_col=False,
            ).pipe(_without_empty_lines)
    except pd.errors.EmptyDataError as error:
        raise BadInputError(
            f"{path} is empty: it needs a header unique_id,ds,y and a row a day."
        ) from error
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        where = f" in line {found[2]} ({found[3]} cells, not {found[1]})" if found else ""
        raise BadInputError(
            f"{path} is not a CSV table{where}: separate by commas and quote text that has one."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path} is not text in UTF-8: save it as CSV in UTF-8.") from error
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "damaged or not what its ending says"
        raise BadInputError(
            f"Cannot read {path} ({reason}): give a CSV file, or one packed as .csv.gz."
        ) from error


def _without_empty_lines(table: pd.DataFrame) -> pd.DataFrame:
    return table[~(table == "").all(axis=1)]


def _days(path: Path, texts: pd.Series) -> pd.Series:
    parts = texts.str.extract(_DAY)
    days = pd.to_datetime(parts[0] + parts[1] + parts[2], format="%Y%m%d", errors="coerce")
    _refuse(path, "ds", texts, days.isna(), "write days as 2026-01-31, with or without a time")
    return days


def _values(path: Path, texts: pd.Series) -> pd.Series:
    absent = texts.str.strip().str.lower().isin(_NO_VALUE)
    values = pd.to_numeric(texts.where(~absent), errors="coerce").astype(np.float64)
    bad = (values.isna() & ~absent) | np.isinf(values)
    _refuse(path, "y", texts, bad, "write a number such as 1234.5, or nothing if it is missing")
    return values


def _refuse(path: Path, column: str, texts: pd.Series, bad: pd.Series, advice: str) -> None:
    if bad.any():
        index = bad.idxmax()
        others = int(bad.sum()) - 1
        more = f" and {others:,} more" if others else ""
        raise BadInputError(
            f"{path}, line {_line(index)}{more}: column {column} holds "
            f"{texts[index].strip()!r}; {advice}."
        )


def _line(index: int) -> int:
    return int(index) + 2
