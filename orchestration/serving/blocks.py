"""ClickHouse's compressed blocks, which ``compress=1`` and ``decompress=1`` ask for.

A block is 16 bytes of CityHash128 (of version 1.0.2, the lower half first) over what follows: a
byte for the method, the length of the block without the hash, and the length of the plain data, as
UInt32, then the data.
"""

import struct
from collections.abc import Iterable, Iterator

from orchestration.serving.errors import QueryError

__all__ = ["pack", "unpack"]

_LZ4, _NONE = 0x82, 0x02
_HEADER = struct.Struct("<BII")
_HASH = struct.Struct("<QQ")
_HASH_BYTES = _HASH.size
_LOWER_HALF = (1 << 64) - 1
_PLAIN_BYTES = 1 << 20
_CANNOT_DECOMPRESS, _CHECKSUM, _TOO_LARGE = 271, 40, 229


def pack(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress data.

    Parameters
    ----------
    chunks : iterable of bytes
        The data, in pieces of any length.

    Yields
    ------
    bytes
        Blocks of at most 1 MiB of data.
    """
    import lz4.block

    for chunk in chunks:
        for start in range(0, len(chunk), _PLAIN_BYTES):
            plain = chunk[start : start + _PLAIN_BYTES]
            data = lz4.block.compress(plain, store_size=False)
            rest = _HEADER.pack(_LZ4, _HEADER.size + len(data), len(plain)) + data
            yield _hash(rest) + rest


def unpack(body: bytes, largest_bytes: int) -> bytes:
    """Decompress blocks.

    Parameters
    ----------
    body : bytes
        The blocks.
    largest_bytes : int
        How long the data may be.

    Raises
    ------
    QueryError
        If they are damaged or too long.
    """
    import lz4.block

    plain = b""
    place = 0
    while place < len(body):
        start = place + _HASH_BYTES
        if len(body) < start + _HEADER.size:
            raise QueryError(_CANNOT_DECOMPRESS, "A compressed block is cut off.")
        method, size, plain_size = _HEADER.unpack_from(body, start)
        rest = body[start : start + size]
        if size < _HEADER.size or len(rest) < size:
            raise QueryError(_CANNOT_DECOMPRESS, "A compressed block is cut off.")
        if len(plain) + plain_size > largest_bytes:
            raise QueryError(_TOO_LARGE, f"The body is longer than {largest_bytes:,} bytes.")
        if _hash(rest) != body[place:start]:
            raise QueryError(
                _CHECKSUM, "The checksum of a compressed block is wrong.", "CHECKSUM_DOESNT_MATCH"
            )
        data = rest[_HEADER.size :]
        if method == _LZ4:
            try:
                data = lz4.block.decompress(data, uncompressed_size=plain_size)
            except lz4.block.LZ4BlockError as error:
                raise QueryError(_CANNOT_DECOMPRESS, "A compressed block is damaged.") from error
        elif method != _NONE:
            raise QueryError(_CANNOT_DECOMPRESS, f"Unknown compression method {method:#x}.")
        plain += data
        place = start + size
    return plain


def _hash(data: bytes) -> bytes:
    from clickhouse_cityhash.cityhash import CityHash128

    # The package has the first half, which is the lower one to ClickHouse, in the upper bits.
    value = CityHash128(data)
    return _HASH.pack(value >> 64, value & _LOWER_HALF)
