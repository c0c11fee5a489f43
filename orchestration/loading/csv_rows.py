"""CSV read row by row, so that a bad row costs one row and a quoted line break none.

ClickHouse's CSV reader either stops at a bad row or skips it without its text and line number.
"""

import csv
import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["CsvRow", "header_of", "read_rows"]

_DELIMITERS = ",;\t|"
# Excel's own line before the header, and the only one that it does not show.
_SAID_DELIMITER = re.compile(r"\s*\"?sep=(.)\"?\s*$", re.IGNORECASE)
# A field beyond this is an open quote that swallows the file.
_MAX_FIELD_CHARS = 16 * 1024 * 1024
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


class CsvRow(NamedTuple):
    """One row of a CSV file.

    Attributes
    ----------
    number : int
        The line it starts on, from 1.
    record : str
        The row as a JSON object, all values text; empty for a bad row.
    reason : str
        Why the row is bad; empty for a good one.
    text : str
        The bad row as it stands in the file; bytes that are no UTF-8 are kept as surrogates.
    """

    number: int
    record: str
    reason: str = ""
    text: str = ""


class _Lines:
    """Lines with their numbers, of which some can be given back."""

    def __init__(self, lines: Iterable[bytes]):
        self._lines = iter(lines)
        self._returned: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._returned:
            line = self._returned.popleft()
        else:
            line = next(self._lines).decode("utf-8", "surrogateescape")
        self.number += 1
        self.taken.append(line)
        return line + "\n"

    def give_back(self, keep: int) -> None:
        """Return all but the first lines taken, to be read again."""
        back = self.taken[keep:]
        self._returned.extendleft(reversed(back))
        self.number -= len(back)
        del self.taken[keep:]


def header_of(lines: Iterable[str]) -> tuple[list[str], str]:
    """Return the column names and the delimiter of a CSV file.

    Parameters
    ----------
    lines : iterable of str
        The file's lines; those up to the header are taken.

    Returns
    -------
    tuple of list of str and str
        Names without surrounding blanks, a nameless column by its place (``column_3``), none of an
        empty file; and the delimiter: what Excel's ``sep=`` line says, else the one of comma,
        semicolon, tab and bar that the header has most of.

    Raises
    ------
    ValueError
        If two columns have the same name, or the header is no text.
    """
    said = ""
    for line in lines:
        if found := _SAID_DELIMITER.match(line):
            said = found[1]
        elif line.strip():
            return _names(line.rstrip("\n"), said or max(_DELIMITERS, key=line.count))
    return [], said


def _names(header: str, delimiter: str) -> tuple[list[str], str]:
    if _NOT_UTF8.search(header):
        raise ValueError("its header is not valid UTF-8")
    fields = next(csv.reader([header], delimiter=delimiter), [])
    names = [name.strip() or f"column_{place}" for place, name in enumerate(fields, start=1)]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"two columns are named {twice[0]!r}; rename one")
    return names, delimiter


def read_rows(lines: Iterable[bytes]) -> Iterator[CsvRow]:
    """Read a CSV file with a header.

    Parameters
    ----------
    lines : iterable of bytes
        The file's lines, without line feeds.

    Yields
    ------
    CsvRow
        Every row that is not blank, good or bad, in the order of the file.
    """
    source = _Lines(lines)
    names, delimiter = header_of(source)
    if not names:
        return
    csv.field_size_limit(_MAX_FIELD_CHARS)
    rows = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.taken.clear()
        try:
            fields = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            # Most often a quote that never closes: only the line it opens on is bad.
            source.give_back(keep=1)
            yield CsvRow(source.number, "", f"not valid CSV: {error}", source.taken[0])
            # A reader that met the end of its lines is finished.
            rows = csv.reader(source, delimiter=delimiter, strict=True)
            continue
        if fields and any(line.strip() for line in source.taken):
            yield _row(names, fields, source)


def _row(names: list[str], fields: list[str], source: _Lines) -> CsvRow:
    number = source.number - len(source.taken) + 1
    text = "\n".join(source.taken)
    if len(fields) != len(names):
        reason = f"{len(fields)} fields where the header has {len(names)}"
    elif _NOT_UTF8.search(text):
        reason = "not valid UTF-8"
    else:
        return CsvRow(number, json.dumps(dict(zip(names, fields, strict=True)), ensure_ascii=False))
    return CsvRow(number, "", reason, text)
