"""What reads the records of a tool that tells calls or runs in a shape of its own.

A tool's declaration names a :class:`Translator`. It sees the records of one file in order, and
gives rows under the columns of generic logs. They go into the raw tables of generic logs, with the
name of the tool in the ledger, so a small source needs no models of its own.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.loading.written_numbers import as_number

__all__ = [
    "DROPPED",
    "NUMBER",
    "ODD",
    "UNREAD",
    "Translator",
    "as_object",
    "at",
    "at_path",
    "changed_at",
    "count",
    "folder_name",
    "milliseconds",
    "row",
    "state_of",
    "text",
    "total",
    "units",
    "unread",
]
UNREAD = "unread"
# A row that waits for the end of the file says by this key which record brought it.
NUMBER = "number of its record"
# What a value of another type or size than a tool writes makes its translator raise.
ODD = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)

# Above, a number of a moment counts milliseconds (after 1973), below seconds (before 5138).
_LEAST_MS = 1e11
# Of more a count would be no number of bytes that a column holds.
_MOST = 2**63


class Translator(ABC):
    """Reads the records of one file of a tool.

    Parameters
    ----------
    path : Path
        The file; its name and its neighbours may say what the records do not.

    Attributes
    ----------
    number : int
        Of the record at hand.
    """

    number = 0

    def __init__(self, path: Path):
        self.path = path

    @abstractmethod
    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Return the rows that a record brings; most bring none."""

    def finish(self) -> Iterable[dict[str, Any]]:
        """Return the rows that only the end of the file makes sure."""
        return ()

    @property
    def counted_elsewhere(self) -> str:
        """Where what the file tells is counted instead: a path; empty where it counts itself."""
        return ""


class Dropped:
    """Values that the translator of the record at hand could not read: they are reported."""

    def __init__(self) -> None:
        self._values: list[Any] = []

    def note(self, value: Any) -> None:
        """Remember a value."""
        self._values.append(value)

    def take(self) -> list[Any]:
        """Return what was noted, and forget it."""
        values, self._values = self._values, []
        return values


DROPPED = Dropped()


def row(**columns: Any) -> dict[str, Any]:
    """Return the columns that are known."""
    return {name: value for name, value in columns.items() if value not in (None, "", [])}


def unread(found: Any) -> dict[str, Any]:
    """Return a part of a record that cannot be read: it is rejected, and the rest is not."""
    return {UNREAD: found}


def at_path(record: Any, *keys: str) -> Any:
    """Return what lies deeper in a record; None where the way is not there."""
    for key in keys:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def text(*values: Any) -> str:
    """Return the first value that is a text with something in it."""
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def count(*values: Any) -> int | None:
    """Return the first value that is a whole number from 0, however it is written.

    Where there are values and none is one, they are noted as dropped.
    """
    for value in values:
        number = as_number(value, is_count=True)
        if number is not None and 0 <= number < _MOST and number == number.to_integral_value():
            return int(number)
    for value in values:
        if value not in (None, "", [], {}):
            DROPPED.note(value)
    return None


def total(*counts: int | None) -> int | None:
    """Return the sum of the counts that are known; None where none is."""
    known = [number for number in counts if number is not None]
    return sum(known) if known else None


def units(**amounts: int | None) -> dict[str, int] | None:
    """Return what has a price of its own, by the names of the seed `usage_units`; None of none."""
    return {name: amount for name, amount in amounts.items() if amount} or None


def at(*values: Any) -> str | None:
    """Return the first value that is a moment: a text, or seconds or milliseconds since 1970."""
    for value in values:
        moment = value
        if isinstance(value, str) and value.strip():
            try:
                moment = float(value)
            except ValueError:
                return value.strip()
        if isinstance(moment, int | float) and not isinstance(moment, bool) and moment > 0:
            seconds = moment / 1000 if moment >= _LEAST_MS else moment
            try:
                return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
            except (ValueError, OverflowError, OSError):
                continue
    return None


def changed_at(path: Path) -> str:
    """Return when a file was last changed: what it tells of cannot be later."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")


def state_of(path: Path) -> tuple[tuple[int, int], ...]:
    """Return what changes whenever a file or the log of a database does; empty without one."""
    files = (path, path.with_name(f"{path.name}-wal"))
    stats = [file.stat() for file in files if file.exists()]
    return tuple((stat.st_mtime_ns, stat.st_size) for stat in stats)


def folder_name(path: Any) -> str:
    """Return the last folder of a path, as a project is called; empty for what is none."""
    parts = [part for part in text(path).replace("\\", "/").split("/") if part]
    return parts[-1] if parts else ""


def as_object(value: Any) -> dict[str, Any]:
    """Return an object, which in CSV and Parquet is a text; an empty one for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def milliseconds(begun: Any, ended: Any) -> float | None:
    """Return how long it is from one moment to another; None where either is no ISO 8601."""
    try:
        moments = [datetime.fromisoformat(str(moment)) for moment in (begun, ended)]
        return (moments[1] - moments[0]).total_seconds() * 1000
    except (ValueError, TypeError):
        return None
