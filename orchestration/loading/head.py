"""What the beginning of a file shows: the keys of its first records."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from orchestration.loading.json_documents import Splitter, keys_of_cut_object
from orchestration.loading.limits import HEAD_BYTES, HEAD_RECORDS, REJECTED_TEXT_BYTES
from orchestration.loading.sources import SOURCES

__all__ = ["Head", "json_head", "lines_of"]

_BLANK = b" \t\r\n"
# So many members of a document say what they are.
_MEMBERS = 10
# Keys at which records hold what they are an envelope of.
_WRAPPERS = ("message", "data")


@dataclass(frozen=True)
class Head:
    """What the beginning of a file shows.

    Attributes
    ----------
    keys : tuple of frozenset of str
        The keys of each of the first records, with ``message.`` and ``data.`` those of what lies
        there; the column names, for CSV and Parquet; of a database tables and ``table.column``.
    is_document : bool
        Whether the file is one JSON array or object over several lines rather than JSON lines.
    members : dict of str to tuple of frozenset of str
        Of a document that may hold many records: the key they are at, to the keys of the first.
    is_empty_page : bool
        Whether all that was found are such documents, and no record is in them.
    sample : bytes
        The first line that is not blank, of a file in which no record was found.
    """

    keys: tuple[frozenset[str], ...] = ()
    is_document: bool = False
    members: dict[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    is_empty_page: bool = False
    sample: bytes = b""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all in the file."""
        return not self.keys and not self.sample

    @property
    def is_binary(self) -> bool:
        """Whether what was found instead of records is no text."""
        try:
            return "\0" in self.sample.decode("utf-8")
        except UnicodeDecodeError:
            return True


def lines_of(text: bytes) -> Iterator[bytes]:
    """Yield the lines of a text, without blanks around them and without blank lines.

    Parameters
    ----------
    text : bytes
        The text; only the lines that are asked for are looked at.

    Yields
    ------
    bytes
        A line.
    """
    begin = 0
    while begin < len(text):
        end = text.find(b"\n", begin)
        end = len(text) if end < 0 else end
        if line := text[begin:end].strip(_BLANK):
            yield line
        begin = end + 1


def json_head(text: bytes, *, may_be_document: bool, is_all: bool) -> Head:
    """Look at the first records of JSON lines, or of a JSON document.

    Parameters
    ----------
    text : bytes
        The beginning of the file.
    may_be_document : bool
        Whether records may go over several lines; those of an array may in any case.
    is_all : bool
        Whether the text is the whole file.

    Returns
    -------
    Head
        What was seen.
    """
    is_document = _opens_document(text) if may_be_document else _opens_array(text)
    if is_document:
        splitter = Splitter()
        found: Iterable[bytes] = (element.text for element in splitter.feed(text))
    else:
        found = lines_of(text)
    records = list(_objects(found))
    if not records and (keys := keys_of_cut_object(text[:HEAD_BYTES])) and not is_all:
        records = [_cut_document(text, keys)]
    if not records:
        sample = next(lines_of(text), b"")[: REJECTED_TEXT_BYTES + 1]
        return Head(is_document=is_document, sample=sample)
    # What all of them have under such a key may be what they are read for.
    held = [key for key in _held_keys() if all(key in record for record in records)]
    members = {
        key: tuple(
            frozenset(member)
            for record in records
            for member in islice(_members(record[key]), _MEMBERS)
            if member
        )
        for key in held
    }
    is_empty_page = bool(held) and all(record[key] == [] for record in records for key in held)
    return Head(tuple(map(_keys_of, records)), is_document, members, is_empty_page)


def _keys_of(record: dict[str, Any]) -> frozenset[str]:
    """Return a record's keys, and those of what it wraps: these tell some tools' records apart."""
    wrapped = ((key, record[key]) for key in _WRAPPERS if isinstance(record.get(key), dict))
    return frozenset(record).union(f"{key}.{inner}" for key, held in wrapped for inner in held)


def _held_keys() -> list[str]:
    return sorted({key for source in SOURCES for key in source.known_by})


def _opens_document(text: bytes) -> bool:
    """Tell a document from JSON lines, of which the first may be broken."""
    first, second = ([*islice(lines_of(text), 2), b"", b""])[:2]
    if first.startswith(b"["):
        return True
    return bool(first) and not (any(_objects([first])) or any(_objects([second])))


def _opens_array(text: bytes) -> bool:
    """Tell an array of records that is named as JSON lines."""
    first = next(lines_of(text), b"")
    return first == b"[" or first[:1] + first[1:].lstrip()[:1] == b"[{"


def _objects(texts: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the first texts that are JSON objects, and what is in the first that are lists."""
    seen = count = 0
    for text in texts:
        if not text.startswith((b"{", b"[")):
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        records = found if isinstance(found, list) else [found]
        yield from (record for record in records[:HEAD_RECORDS] if isinstance(record, dict))
        seen += len(text)
        count += len(records)
        if count >= HEAD_RECORDS or seen > HEAD_BYTES:
            return


def _cut_document(text: bytes, keys: frozenset[str]) -> dict[str, Any]:
    """Return what is known of an object that is longer than what was read of it."""
    record: dict[str, Any] = dict.fromkeys(keys)
    for key in keys.intersection(_held_keys()):
        elements = islice(Splitter((key,)).feed(text), _MEMBERS)
        record[key] = [
            document[key][0]
            for document in _objects(element.text for element in elements)
            if key in document
        ]
    return record


def _members(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the records that a list, or a map by id, holds."""
    if isinstance(value, list):
        yield from (member for member in value if isinstance(member, dict))
    elif isinstance(value, dict):
        yield from ({"_key": key, **m} for key, m in value.items() if isinstance(m, dict))
