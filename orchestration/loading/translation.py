"""Records of a tool as generic calls or runs: what its translator makes of a file's records."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from orchestration.loading.json_repair import repaired
from orchestration.loading.records import Piece
from orchestration.loading.translator import DROPPED, NUMBER, ODD, UNREAD, Translator

__all__ = ["translated"]

_NOT_JSON = "no JSON object"
_NOT_READ = "not in the form that is known of this tool: {}"


def translated(pieces: Iterable[Piece], translator: Translator) -> Iterator[Piece]:
    """Yield the rows that the records of a file bring.

    Parameters
    ----------
    pieces : iterable of Piece
        The file's records.
    translator : Translator
        What reads them; a record that it cannot read is rejected alone.

    Yields
    ------
    Piece
        A row with the number of its record, or a record that was rejected, with the reason.
    """
    number = 0
    dropped: dict[int, list[dict[str, str]]] = {}
    for number, record_text, reason in _single(pieces):
        record = None if reason else _parsed(record_text)
        if not isinstance(record, dict):
            yield Piece(number, record_text, reason=reason or _NOT_JSON)
            continue
        translator.number = number
        yield from _rows(partial(translator.read, record), number, record_text, dropped, record)
    # What the end of the file makes sure stands in no single record.
    yield from _rows(translator.finish, number, b"", dropped)


def _rows(
    read: Callable[[], Iterable[dict[str, Any]]],
    number: int,
    record_text: bytes,
    dropped: dict[int, list[dict[str, str]]],
    record: dict[str, Any] | None = None,
) -> Iterator[Piece]:
    """Yield the rows; the first one of a record tells what of it could not be read."""
    DROPPED.take()
    try:
        found = [(each.pop(NUMBER, number), each) for each in read()]
        if values := DROPPED.take():
            dropped.setdefault(number, []).extend(_described(values, record))
        for place, each in found:
            if UNREAD not in each and place in dropped:
                each["dropped"] = dropped.pop(place)
        # What a record without a row of its own could not say, the next row does.
        for _, each in found[:1]:
            if dropped and UNREAD not in each:
                each["dropped"] = [*each.get("dropped", []), *chain(*dropped.values())]
                dropped.clear()
        rows = [_piece(place, each) for place, each in found]
    except ODD as error:
        yield Piece(number, record_text, reason=_NOT_READ.format(type(error).__name__))
        return
    yield from rows


def _described(values: list[Any], record: Any) -> list[dict[str, str]]:
    """Return values that were dropped, each with its place in the record."""
    places = [*_places(record)] if values else []
    return [
        {
            "key": next((place for place, held in places if held is value), ""),
            "value": value if isinstance(value, str) else _written(value).decode(),
        }
        for value in values
    ]


def _places(held: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what lies in a record, with the way to it."""
    if isinstance(held, dict):
        for key, inner in held.items():
            yield from _places(inner, f"{place}.{key}" if place else key)
    elif isinstance(held, list):
        for inner in held:
            yield from _places(inner, f"{place}[]")
    else:
        yield place, held


def _piece(number: int, found: dict[str, Any]) -> Piece:
    if UNREAD in found:
        return Piece(number, _written(found[UNREAD]), reason=_NOT_JSON)
    return Piece(number, _written(found))


def _single(pieces: Iterable[Piece]) -> Iterator[tuple[int, bytes, str]]:
    """Yield record by record, with its number and why it is none."""
    for piece in pieces:
        if not piece.is_lines:
            yield piece.number, piece.text, piece.reason
            continue
        for offset, line in enumerate(piece.text.split(b"\n")):
            if line.strip():
                yield piece.number + offset, line, piece.reason


def _parsed(record: bytes) -> Any:
    for is_repaired in (False, True):
        with suppress(ValueError, RecursionError):
            return json.loads(repaired(record) if is_repaired else record)
    return None


def _written(found: Any) -> bytes:
    try:
        return json.dumps(found, default=str, allow_nan=False).encode()
    except ValueError:
        return repaired(json.dumps(found, default=str).encode())
