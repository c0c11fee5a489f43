"""Read a CSV file of daily series; errors name the line."""

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
    """Contents of a file.

    Attributes
    ----------
    history : DataFrame
        unique_id, ds, y; one row per series and day, in the order of the file.
    repeated : int
        Duplicate rows, which were left out.
    without_value : int
        Rows without y, which are treated as missing days.
    """

    history: pd.DataFrame
    repeated: int
    without_value: int


def read_series(path: Path) -> SeriesFile:
    """Read a CSV file with columns unique_id, ds and y.

    Columns and rows may be in any order, and there may be other columns; without unique_id the file
    is one series. A duplicate row (same series, day and value) counts once. Two values for one
    day are an error, because only the owner knows whether to sum them.

    Parameters
    ----------
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
    missing = [name for name in ("ds", "y") if name not in header]
    if missing:
        raise BadInputError(
            f"{path} has no column {' and no '.join(missing)} (it has {', '.join(table.columns)}): "
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
        raise BadInputError(f"{path} has no value in column y: give at least one.")
    known = history[history["y"].notna()]
    once = known.drop_duplicates()
    again = once.duplicated(["unique_id", "ds"])
    if again.any():
        second = once[again].iloc[0]
        same = (once["unique_id"] == second["unique_id"]) & (once["ds"] == second["ds"])
        first, other = (_line(index) for index in once.index[same][:2])
        raise BadInputError(
            f"{path} has two values of series {second['unique_id']} on {second['ds'].date()}, in "
            f"lines {first} and {other}: keep one row per day, or sum the day's rows first."
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
            f"{path} is empty: give it a header unique_id,ds,y and one row per day."
        ) from error
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        where = f" in line {found[2]} ({found[3]} cells, not {found[1]})" if found else ""
        raise BadInputError(
            f"{path} is not a CSV table{where}: separate cells by commas, and quote text that "
            "contains one."
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
