"""The format Native as clients ask for it that name a protocol version.

The engine writes Native without a version. With one, each block has a header, and from 54454 on
each column says how it is serialized. Where a column ends shows only from its type: what follows
walks through a block by the types of its columns.
"""

import struct
from collections.abc import Iterator
from functools import cache
from mmap import mmap

from orchestration.serving.errors import QueryError

__all__ = ["UnknownTypeError", "with_version"]

_BLOCK_HEADER = bytes([1, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0])
_DEFAULT_SERIALIZATION = b"\x00"
_SERIALIZATION_SINCE = 54454
_NOT_IMPLEMENTED = 48
_UINT64 = struct.Struct("<Q")

_WIDTHS = {
    **dict.fromkeys(("Int8", "UInt8", "Bool", "Enum8", "Nothing", "Tuple"), 1),
    **dict.fromkeys(("Int16", "UInt16", "Enum16", "Date", "BFloat16"), 2),
    **dict.fromkeys(("Int32", "UInt32", "Float32", "Date32", "DateTime", "IPv4", "Time"), 4),
    **dict.fromkeys(("Int64", "UInt64", "Float64", "DateTime64", "Time64"), 8),
    **dict.fromkeys(("Int128", "UInt128", "UUID", "IPv6"), 16),
    **dict.fromkeys(("Int256", "UInt256"), 32),
    **dict.fromkeys(("Decimal32",), 4),
    **dict.fromkeys(("Decimal64",), 8),
    **dict.fromkeys(("Decimal128",), 16),
    **dict.fromkeys(("Decimal256",), 32),
}
_DECIMAL_WIDTHS = ((9, 4), (18, 8), (38, 16), (76, 32))
_SAME_AS = {
    "Point": "Tuple(Float64, Float64)",
    "Ring": "Array(Point)",
    "LineString": "Array(Point)",
    "MultiLineString": "Array(LineString)",
    "Polygon": "Array(Ring)",
    "MultiPolygon": "Array(Polygon)",
}


class UnknownTypeError(QueryError):
    """A column whose end cannot be found."""

    def __init__(self, column: str, data_type: str):
        super().__init__(
            _NOT_IMPLEMENTED,
            f"The column {column} of type {data_type} cannot be sent in Native with a protocol "
            f"version: cast it, as in toString({column}).",
        )


def with_version(data: "bytes | mmap", version: int) -> Iterator[bytes]:
    """Rewrite blocks of Native without a version into those of a version.

    Parameters
    ----------
    data : bytes or mmap
        What the engine wrote.
    version : int
        What the client named, above 0.

    Yields
    ------
    bytes
        The blocks, in pieces.

    Raises
    ------
    UnknownTypeError
        If a column's type is not known here.
    """
    place = 0
    while place < len(data):
        yield _BLOCK_HEADER
        start = place
        columns, place = _varint(data, place)
        rows, place = _varint(data, place)
        for _ in range(columns):
            name, place = _string(data, place)
            data_type, place = _string(data, place)
            yield data[start:place]
            if version >= _SERIALIZATION_SINCE:
                yield _DEFAULT_SERIALIZATION
            start = place
            if rows:
                try:
                    place = _skip_prefix(data, place, data_type)
                    place = _skip(data, place, data_type, rows)
                except KeyError:
                    raise UnknownTypeError(name, data_type) from None
        yield data[start:place]


def _skip_prefix(data: "bytes | mmap", place: int, data_type: str) -> int:
    """Skip what stands once before a column's data: the version of each dictionary."""
    name, arguments = _parsed(data_type)
    if name == "LowCardinality":
        return place + _UINT64.size
    if name in ("Nullable", "Array", "Tuple", "Map"):
        for argument in arguments:
            place = _skip_prefix(data, place, argument)
    return place


def _skip(data: "bytes | mmap", place: int, data_type: str, rows: int) -> int:
    """Return where the data of a column ends."""
    name, arguments = _parsed(data_type)
    if not rows:
        return place
    if name == "String":
        for _ in range(rows):
            length, place = _varint(data, place)
            place += length
    elif name == "Nullable":
        place = _skip(data, place + rows, arguments[0], rows)
    elif name in ("Array", "Map"):
        place += rows * _UINT64.size
        (total,) = _UINT64.unpack_from(data, place - _UINT64.size)
        for argument in arguments:
            place = _skip(data, place, argument, total)
    elif name == "Tuple" and arguments:
        for argument in arguments:
            place = _skip(data, place, argument, rows)
    elif name == "LowCardinality":
        place = _skip_dictionary(data, place, arguments[0])
    else:
        place += rows * _width(name, arguments)
    return place


def _skip_dictionary(data: "bytes | mmap", place: int, data_type: str) -> int:
    (flags,) = _UINT64.unpack_from(data, place)
    (size,) = _UINT64.unpack_from(data, place + 8)
    name, arguments = _parsed(data_type)
    place = _skip(data, place + 16, arguments[0] if name == "Nullable" else data_type, size)
    (rows,) = _UINT64.unpack_from(data, place)
    return place + 8 + rows * (1 << (flags & 0xFF))


def _width(name: str, arguments: tuple[str, ...]) -> int:
    if name == "FixedString":
        return int(arguments[0])
    if name == "Decimal":
        precision = int(arguments[0])
        return next(width for most, width in _DECIMAL_WIDTHS if precision <= most)
    return 8 if name.startswith("Interval") else _WIDTHS[name]


@cache
def _parsed(data_type: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of a type, and the types or values in its parentheses."""
    data_type = _SAME_AS.get(data_type, data_type)
    name, parenthesis, rest = data_type.partition("(")
    arguments = _split(rest[:-1]) if parenthesis else []
    if name == "SimpleAggregateFunction":
        return _parsed(arguments[1])
    if name == "Nested":
        return "Array", (f"Tuple({rest}",)
    if name == "Tuple":
        arguments = [_unnamed(argument) for argument in arguments]
    return name, tuple(arguments)


def _split(text: str) -> list[str]:
    """Split at the commas outside of parentheses and quotes."""
    parts, depth, quote, start, escaped = [], 0, "", 0, False
    for place, sign in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'`":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "," and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def _unnamed(argument: str) -> str:
    """Return the type of a tuple's element, which may have a name before it."""
    if argument.startswith("`"):
        return argument.rpartition("` ")[2]
    before, space, after = argument.partition(" ")
    return after if space and "(" not in before else argument


def _string(data: "bytes | mmap", place: int) -> tuple[str, int]:
    length, place = _varint(data, place)
    return data[place : place + length].decode(errors="replace"), place + length


def _varint(data: "bytes | mmap", place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
