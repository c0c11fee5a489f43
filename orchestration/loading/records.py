"""The records of a file in one pass: what they look like first, then all of them."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from orchestration.loading.csv_rows import header_of, read_rows
from orchestration.loading.errors import UnreadableFileError
from orchestration.loading.head import Head, json_head, lines_of
from orchestration.loading.json_documents import TOO_LONG, Element, Splitter
from orchestration.loading.limits import (
    BATCH_BYTES,
    PIECE_BYTES,
    RECORD_BYTES,
    REJECTED_TEXT_BYTES,
)
from orchestration.loading.sources import FileRun

__all__ = ["CsvRecords", "JsonRecords", "Piece", "Records"]


class Piece(NamedTuple):
    """Lines of a file, or a record that stands for itself.

    Attributes
    ----------
    number : int
        Of the line, or of the first one, from 1; of the element of a document.
    text : bytes
        The record as JSON, or the lines; what stands there instead of a record.
    is_lines : bool
        Whether it is lines, each with a record or blank.
    reason : str
        Why it is no record, where that is known already.
    """

    number: int
    text: bytes
    is_lines: bool = False
    reason: str = ""


class Records:
    """The records of a file.

    Parameters
    ----------
    text : iterator of bytes
        Its text, decompressed, in pieces; it is read once.

    Attributes
    ----------
    head : Head
        What its beginning shows.
    """

    head: Head

    def __init__(self, text: Iterator[bytes]):
        self._text = text
        self._beginning = b""

    def pieces(self, held_at: tuple[str, ...]) -> Iterator[Piece]:
        """Yield the records, in the order of the file.

        Parameters
        ----------
        held_at : tuple of str
            Keys of a document at which its records are listed.

        Yields
        ------
        Piece
            Lines with records, or one record.
        """
        raise NotImplementedError

    def run(self, named: FileRun, path: str) -> str:
        """Return the run that the file itself names: in one of its lines, else in its path.

        Parameters
        ----------
        named : FileRun
            How such files name it.
        path : str
            The file's path.

        Returns
        -------
        str
            The run; empty if none is named.
        """
        if named.line_type and named.line_type.encode() in self._beginning:
            for line in lines_of(self._beginning):
                if named.line_type.encode() in line and (run := _run_in(line, named)):
                    return run
        found = re.search(named.path, path)
        return found[1] if found else ""

    def _read_more(self) -> bool:
        """Add to the beginning, and tell whether there was more to add."""
        piece = next(self._text, None)
        self._beginning += piece or b""
        return piece is not None

    def _all_text(self) -> Iterator[bytes]:
        beginning, self._beginning = self._beginning, b""
        return chain([beginning], self._text)


class JsonRecords(Records):
    """JSON lines, or a JSON document.

    Parameters
    ----------
    text : iterator of bytes
        The file's text.
    may_be_document : bool
        Whether records may go over several lines.
    """

    def __init__(self, text: Iterator[bytes], *, may_be_document: bool):
        super().__init__(text)
        is_more, looked_at = True, 0
        while is_more:
            is_more = self._read_more()
            size = len(self._beginning)
            # What shows nothing is looked at again when there is twice as much of it.
            if is_more and size < min(2 * looked_at, BATCH_BYTES):
                continue
            looked_at = size
            self.head = json_head(
                self._beginning, may_be_document=may_be_document, is_all=not is_more
            )
            if self.head.keys or size >= BATCH_BYTES:
                return

    def pieces(self, held_at: tuple[str, ...]) -> Iterator[Piece]:
        """Yield lines by the mebibyte, or the elements of a document."""
        if not self.head.is_document:
            yield from _lines(self._all_text(), held_at)
            return
        splitter = Splitter(held_at)
        fed = (element for text in self._all_text() for element in splitter.feed(text))
        elements = chain(fed, splitter.finish())
        for number, element in enumerate(elements, start=1):
            yield Piece(number, element.text, reason=element.reason)


class CsvRecords(Records):
    """A CSV file with a header.

    Parameters
    ----------
    text : iterator of bytes
        The file's text.
    name : str
        The file, for messages.
    """

    def __init__(self, text: Iterator[bytes], name: str):
        super().__init__(text)
        while self._read_more() and not self._beginning.strip():
            if len(self._beginning) >= BATCH_BYTES:
                break
        first = next(lines_of(self._beginning), b"")
        self.head = Head(sample=first[: REJECTED_TEXT_BYTES + 1])
        if self.head.is_binary:
            return
        lines = self._beginning.split(b"\n")
        try:
            names, _ = header_of(line.decode("utf-8", "surrogateescape") for line in lines)
        except ValueError as error:
            raise UnreadableFileError(f"{name}: {error}, and load it again.") from error
        self.head = Head((frozenset(names),)) if names else Head()

    def pieces(self, held_at: tuple[str, ...]) -> Iterator[Piece]:
        """Yield a record per row."""
        for row in read_rows(_split(self._all_text())):
            if row.reason:
                text = row.text.encode("utf-8", "surrogateescape")
                yield Piece(row.number, text, reason=row.reason)
            else:
                yield Piece(row.number, row.record.encode())


def _run_in(line: bytes, named: FileRun) -> str:
    try:
        found = json.loads(line)
        if found["type"] != named.line_type:
            return ""
        for key in named.line_keys:
            found = found[key]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def _split(text: Iterator[bytes]) -> Iterator[bytes]:
    """Yield every line, without its line feed."""
    rest = b""
    for piece in text:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _lines(text: Iterator[bytes], held_at: tuple[str, ...]) -> Iterator[Piece]:
    """Yield whole lines by the mebibyte; a line that is too long is taken apart or given up."""
    number, rest = 1, b""
    splitter: Splitter | None = None
    is_long = False
    for piece in text:
        whole = rest + piece
        begin = 0
        if is_long:
            end = piece.find(b"\n")
            if splitter:
                yield from _elements(splitter.feed(piece if end < 0 else piece[:end]), number)
            if end < 0:
                continue
            if splitter:
                yield from _elements(splitter.finish(), number)
            is_long, begin, number = False, end + 1, number + 1
        while (end := _end_of_lines(whole, begin)) > begin:
            block = whole[begin:end]
            yield Piece(number, block, is_lines=True)
            number += block.count(b"\n")
            begin = end
        rest = whole[begin:]
        if len(rest) > RECORD_BYTES:
            is_long, splitter = True, Splitter(held_at) if held_at else None
            if splitter:
                yield from _elements(splitter.feed(rest), number)
            else:
                yield Piece(number, rest[:REJECTED_TEXT_BYTES], reason=TOO_LONG)
            rest = b""
    if is_long and splitter:
        yield from _elements(splitter.finish(), number)
    elif rest:
        yield Piece(number, rest, is_lines=True)


def _elements(elements: Iterator[Element], number: int) -> Iterator[Piece]:
    return (Piece(number, element.text, reason=element.reason) for element in elements)


def _end_of_lines(text: bytes, begin: int) -> int:
    """Return where lines end that are a mebibyte together, or one line that is longer."""
    end = text.rfind(b"\n", begin, begin + PIECE_BYTES) + 1
    return end or text.find(b"\n", begin + PIECE_BYTES) + 1
