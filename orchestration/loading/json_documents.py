"""JSON over many lines taken apart into its records, each as it is written.

A document is an array, an object, several of them behind each other, or an object that holds its
records in a list under a key. Whatever its size, one record at a time is in memory, and one that is
broken costs itself alone.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from orchestration.loading.limits import RECORD_BYTES, REJECTED_TEXT_BYTES

__all__ = ["TOO_LONG", "Element", "Splitter", "keys_of_cut_object"]

TOO_LONG = f"longer than {RECORD_BYTES >> 20} MiB"
_NOT_CLOSED = "the document ends before it is closed"

# Up to the next bracket that is in no string, or to a quote that is not closed on its line: JSON
# strings hold no line feeds, so such a quote costs its line and not the rest of the document.
_STRING = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
_NEXT = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb')*+(["\[\]{}])')
_KEY = re.compile(rb"(" + _STRING + rb")\s*:")
_DECODER = json.JSONDecoder(strict=False)
_BETWEEN = b" \t\r\n,"
_KEY_AND_BLANKS = 256
_QUOTE, _LIST = b'"['
_OPENING = b"[{"


class Element(NamedTuple):
    """What stands in the place of a record.

    Attributes
    ----------
    text : bytes
        As it is written; its beginning where it is too long.
    reason : str
        Why it is no record, where that is known already.
    """

    text: bytes
    reason: str = ""


class Splitter:
    """Cuts the text of a document into its records.

    Parameters
    ----------
    held_at : tuple of str
        Keys of an object under which a list holds the records: each element becomes an object with
        this key alone and a list of itself. Empty where objects are records.
    """

    def __init__(self, held_at: tuple[str, ...] = ()):
        names = b"|".join(re.escape(name.encode()) for name in held_at)
        self._opens_list = re.compile(rb'"(' + names + rb')"\s*:\s*$') if held_at else None
        self._text = b""
        self._scanned = 0
        self._depth = 0
        # The depth at which records stand, and that of the objects that may hold a list of them.
        self._level = self._outer_level = 0
        # Where a record begins, -1 outside of one; where what is between records begins.
        self._start = -1
        self._gap = 0
        self._key = b""
        self._is_skipping = False

    def feed(self, text: bytes) -> Iterator[Element]:
        """Yield the records that end in this text.

        Parameters
        ----------
        text : bytes
            What follows what was fed before; it may be cut anywhere.

        Yields
        ------
        Element
            A record, or what stands in its place.
        """
        self._text += text
        yield from self._scan(is_last=False)
        yield from self._give_up()
        if self._is_skipping:
            keep = self._scanned
        else:
            keep = min(self._scanned, self._gap if self._start < 0 else self._start)
        self._text = self._text[keep:]
        self._scanned -= keep
        self._gap = max(self._gap - keep, 0)
        self._start = max(self._start - keep, -1)

    def finish(self) -> Iterator[Element]:
        """Yield what is left at the end: a record that was cut off, or the sign of one."""
        yield from self._scan(is_last=True)
        if self._start >= 0:
            yield self._element(self._text[self._start :])
        elif not self._is_skipping:
            yield from self._between(len(self._text))
            if self._depth:
                yield Element(b"", _NOT_CLOSED)

    def _scan(self, *, is_last: bool) -> Iterator[Element]:
        text = self._text
        # As long as the bytes, for a parser that reads text and is asked for places only.
        characters = text.decode("latin-1")
        while match := _NEXT.match(text, self._scanned):
            place = match.end() - 1
            byte = text[place]
            if byte == _QUOTE:
                if not is_last and text.find(b"\n", place) < 0:
                    # The string may end in the next piece.
                    self._scanned = place
                    return
            elif byte not in _OPENING:
                yield from self._close(place)
            elif self._is_record_next() and (end := _end_of_value(characters, place)):
                yield from self._between(place)
                yield self._element(text[place:end])
                self._gap = self._scanned = end
                continue
            else:
                yield from self._open(byte == _LIST, place)
            self._scanned = match.end()

    def _is_record_next(self) -> bool:
        """Whether a value that begins here is a record, of which only the end is asked."""
        is_between = self._start < 0 and not self._is_skipping and self._depth == self._level
        return is_between and self._depth > 0 and bool(self._key or not self._opens_list)

    def _open(self, is_list: bool, place: int) -> Iterator[Element]:
        if is_list and self._depth == self._outer_level == 0:
            yield from self._between(place)
            self._level = self._outer_level = 1
            self._gap = place + 1
        elif is_list and (key := self._key_of_list(place)):
            self._key = key
            self._level = self._outer_level + 2
            self._start, self._gap = -1, place + 1
        elif self._depth == self._level and self._start < 0:
            yield from self._between(place)
            self._start = place
        self._depth += 1

    def _key_of_list(self, place: int) -> bytes:
        """Return the key whose list of records opens here, if there is one."""
        is_possible = self._depth == self._outer_level + 1 and self._level == self._outer_level
        if not self._opens_list or not is_possible or self._is_skipping:
            return b""
        found = self._opens_list.search(self._text, max(0, place - _KEY_AND_BLANKS), place)
        return found[1] if found else b""

    def _close(self, place: int) -> Iterator[Element]:
        self._depth = max(self._depth - 1, 0)
        if self._depth == self._level:
            if self._start >= 0:
                yield self._element(self._text[self._start : place + 1])
            self._start, self._gap = -1, place + 1
            self._is_skipping = False
        elif self._depth < self._level:
            yield from self._between(place)
            # What else the object holds around its list is passed over.
            self._level = self._outer_level = self._outer_level if self._key else 0
            self._key = b""
            self._start, self._gap = -1, place + 1

    def _element(self, text: bytes) -> Element:
        return Element(b'{"' + self._key + b'":[' + text + b"]}" if self._key else text)

    def _between(self, end: int) -> Iterator[Element]:
        """Yield what stands between records and is none: numbers, words, or a broken one."""
        text = self._text[self._gap : end].strip(_BETWEEN)
        if not text or (self._depth > self._outer_level and not self._key):
            return
        try:
            values = json.loads(b"[" + text + b"]")
        except (ValueError, RecursionError):
            yield Element(text)
        else:
            yield from (Element(json.dumps(value).encode()) for value in values)

    def _give_up(self) -> Iterator[Element]:
        """Let go of what has become too long to be a record."""
        begin = self._gap if self._start < 0 else self._start
        if not self._is_skipping and len(self._text) - begin > RECORD_BYTES:
            yield Element(self._text[begin : begin + REJECTED_TEXT_BYTES], TOO_LONG)
            self._is_skipping = self._depth > self._level
            self._start, self._gap = -1, self._scanned
        if len(self._text) - self._scanned > RECORD_BYTES:
            # A string without end: its end is looked for, and what it holds forgotten.
            slashes = len(self._text) - len(self._text.rstrip(b"\\"))
            self._text = self._text[: self._scanned] + b'"' + b"\\" * (slashes % 2)


def _end_of_value(text: str, begin: int) -> int:
    """Return where the JSON value that begins here ends; 0 if that cannot be said."""
    try:
        return _DECODER.raw_decode(text, begin)[1]
    except (ValueError, RecursionError):
        return 0


def keys_of_cut_object(text: bytes) -> frozenset[str]:
    """Return the keys of an object of which only the beginning is known.

    Parameters
    ----------
    text : bytes
        The beginning.

    Returns
    -------
    frozenset of str
        Keys of the object itself, not of what it holds; none if it is no object.
    """
    depth, begin = 0, 0
    names: set[str] = set()
    text = text.lstrip()
    while match := _NEXT.match(text, begin):
        place = match.end() - 1
        byte = match[1]
        if byte == b'"':
            break
        if depth == 1:
            names.update(json.loads(key) for key in _KEY.findall(text, begin, place))
        depth += 1 if byte in (b"[", b"{") else -1
        if depth <= 0 or (depth == 1 and not names and text[:1] != b"{"):
            break
        begin = place + 1
    return frozenset(names)
