"""CSV read row by row, so that a bad row costs one row and a quoted line break none.

ClickHouse's CSV reader either stops at a bad row or skips it without its text and line number.
"""

import codecs
import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["CsvRow", "header_of", "read_rows"]

_DELIMITERS = ",;\t|"
# A field beyond this is an open quote that swallows the file.
_MAX_FIELD_CHARS = 16 * 1024 * 1024


@dataclass(frozen=True)
class CsvRow:
    """One row of a CSV file.

    Attributes
    ----------
    number : int
        The line it starts on, from 1; the header is line 1.
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
            raw = next(self._lines)
            if self.number == 0:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            line = raw.decode("utf-8", "surrogateescape")
        self.number += 1
        self.taken.append(line)
        return line + "\n"

    def give_back(self, keep: int) -> None:
        """Return all but the first lines taken, to be read again."""
        back = self.taken[keep:]
        self._returned.extendleft(reversed(back))
        self.number -= len(back)
        del self.taken[keep:]


def header_of(first_line: bytes) -> tuple[list[str], str]:
    """Return the column names and the delimiter of a CSV file.

    Arguments
    ---------
    first_line : bytes
        The line that holds the header.

    Returns
    -------
    tuple of list of str and str
        Names without surrounding blanks, a nameless column by its place (``column_3``); and the one
        of comma, semicolon, tab and bar that the line has most of.

    Raises
    ------
    ValueError
        If two columns have the same name, or the line is no text.
    """
    text = first_line.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    delimiter = max(_DELIMITERS, key=text.count)
    fields = next(csv.reader([text], delimiter=delimiter), [])
    names = [name.strip() or f"column_{place}" for place, name in enumerate(fields, start=1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two columns are named {twice[0]!r}")
    return names, delimiter


def read_rows(lines: Iterable[bytes]) -> Iterator[CsvRow]:
    """Read a CSV file with a header.

    Arguments
    ---------
    lines : iterable of bytes
        The file's lines, without line feeds.

    Yields
    ------
    CsvRow
        Every row that is not blank, good or bad, in the order of the file.
    """
    source = _Lines(lines)
    header = next(source, None)
    if header is None:
        return
    names, delimiter = header_of(header.encode("utf-8", "surrogateescape"))
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
        if not any(line.strip() for line in source.taken):
            continue
        yield _row(names, fields, source)


def _row(names: list[str], fields: list[str], source: _Lines) -> CsvRow:
    number = source.number - len(source.taken) + 1
    text = "\n".join(source.taken)
    if len(fields) != len(names):
        reason = f"{len(fields)} fields where the header has {len(names)}"
    elif any("\udc80" <= char <= "\udcff" for char in text):
        reason = "not valid UTF-8"
    else:
        return CsvRow(number, json.dumps(dict(zip(names, fields, strict=True)), ensure_ascii=False))
    return CsvRow(number, "", reason, text)
