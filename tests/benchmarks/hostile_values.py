"""Records of every source with one value replaced by what no log should hold."""

import copy
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["HOSTILE_VALUES", "TEMPLATES", "replaced", "write_hostile_values"]

_FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

# A good record of each raw table; ID in its texts names the record and its run.
TEMPLATES: dict[str, dict[str, Any]] = json.loads(
    (_FIXTURES / "hostile_templates.json").read_text(encoding="utf-8")
)

# By kind, for the report. What JSON cannot say is text, as CSV and careless writers have it.
HOSTILE_VALUES: dict[str, tuple[Any, ...]] = {
    "below zero": (-1, -0.000001, "-2", -9_223_372_036_854_775_808),
    "not a number": ("nan", "inf", "-Infinity", "1e400", "0x10", "one"),
    "too large": (8.5, 5_000_000_000_000, 18_446_744_073_709_551_615, 1e300, "9" * 40),
    "no plausible time": (
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2250-12-31T23:59:59Z",
        "9999-12-31T00:00:00Z",
        "2026-13-45T25:61:61Z",
        "2026-05-01T09:59:59Z",
        "9223372036854775807",
    ),
    "another type": (None, True, [], {}, [1, {"a": [None]}], {"a": {"b": -1}}, ""),
    "odd text": ("x/y", "x%2Fy", "a\x00b", "'; drop table x; --", "🙂\u202e\ufeff", "x" * 70_000),
}


def write_hostile_values(folder: Path, values_per_kind: int = 99) -> int:
    """Write a file per raw table and kind of value, and a file of good records per table.

    Parameters
    ----------
    folder : Path
        Where to write; it is created.
    values_per_kind : int
        How many of the values of each kind; different ones from table to table.

    Returns
    -------
    int
        How many hostile records were written.
    """
    count = 0
    for turn, (table, template) in enumerate(TEMPLATES.items()):
        place = folder / template["source"]
        place.mkdir(parents=True, exist_ok=True)
        _write(place / f"{table} control.jsonl", [_named(template, "control")])
        for kind, values in HOSTILE_VALUES.items():
            documents = []
            for number, value in enumerate(_some_of(values, values_per_kind, turn)):
                for path, record in replaced(template["record"], value):
                    name = hashlib.sha256(f"{table} {kind} {number} {path}".encode()).hexdigest()
                    documents.append(_named({**template, "record": record}, name[:16]))
            count += len(documents)
            if "context" in template:
                for number, lines in enumerate(documents):
                    _write(place / f"{table} {kind} {number}.jsonl", [lines])
            else:
                _write(place / f"{table} {kind}.jsonl", documents)
    return count


def _some_of(values: tuple[Any, ...], count: int, turn: int) -> tuple[Any, ...]:
    """Return the first value, and as many others as wanted, other ones in each turn."""
    first, others = values[:1], values[1:]
    start = turn % len(others)
    return (*first, *others[start:], *others[:start])[:count]


def replaced(record: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the record once per value that it holds, at any depth, with that one replaced.

    Parameters
    ----------
    record : dict, list or value
        A record of JSON.
    value : object
        What takes the place.

    Yields
    ------
    tuple of str and object
        Path of the value, and the record with the other in its place.
    """
    members = record.items() if isinstance(record, dict) else enumerate(record)
    for key, member in members:
        if isinstance(member, dict | list) and member:
            for path, inner in replaced(member, value):
                other = copy.copy(record)
                other[key] = inner
                yield f"{key}.{path}", other
        other = copy.copy(record)
        other[key] = value
        yield str(key), other


def _named(template: dict[str, Any], name: str) -> list[str]:
    """Return the lines of a record under a name of its own."""
    digits = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    lines = [*template.get("context", ()), template["record"]]
    return [
        json.dumps(line, ensure_ascii=False)
        .replace("HEX32", digits)
        .replace("HEX16", digits[:16])
        .replace("ID", name)
        for line in lines
    ]


def _write(path: Path, documents: list[list[str]]) -> None:
    path.write_text("".join(f"{line}\n" for lines in documents for line in lines), "utf-8")
