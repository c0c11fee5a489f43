"""Decompress what is compressed, by what it is and not by its name, in pieces of bounded size."""

import zlib
from collections.abc import Iterator
from typing import Any

from orchestration.loading.errors import UnreadableFileError
from orchestration.loading.limits import (
    EXPANSION_FREE_BYTES,
    EXPANSION_RATIO,
    PIECE_BYTES,
    ZSTD_WINDOW_LOG,
)

__all__ = ["compression_of", "expanded"]

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# What a zstd file may open with instead: pzstd and seekable files do.
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_NOT_READ = {b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"PK\3\4": "zip", b"\x04\x22\x4d\x18": "lz4"}


def compression_of(head: bytes) -> str:
    """Return what the first bytes of a file say of its compression.

    Parameters
    ----------
    head : bytes
        At least six bytes, where there are as many.

    Returns
    -------
    str
        ``gzip``, ``zstd``, the name of a format that is not read, or ``none``.
    """
    if head.startswith(_GZIP):
        return "gzip"
    if head.startswith(_ZSTD) or (head[1:4] == _ZSTD_SKIPPABLE and head[0] & 0xF0 == 0x50):
        return "zstd"
    return next((name for magic, name in _NOT_READ.items() if head.startswith(magic)), "none")


def expanded(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Decompress a file.

    Parameters
    ----------
    pieces : iterator of bytes
        The file as it lies on disk.
    name : str
        The file, for messages.

    Yields
    ------
    bytes
        Its content, in pieces that are about a mebibyte at most.

    Raises
    ------
    UnreadableFileError
        If it is cut off or damaged, expands beyond all measure, or is compressed otherwise.
    """
    first = next(pieces, b"")
    compression = compression_of(first)
    if compression == "none":
        yield first
        yield from pieces
    elif compression in ("gzip", "zstd"):
        read = _Counted(first, pieces)
        given = 0
        for piece in _decompressed(read, compression, name):
            given += len(piece)
            if given > max(EXPANSION_FREE_BYTES, read.count * EXPANSION_RATIO):
                raise UnreadableFileError(
                    f"{name} expands to more than {EXPANSION_RATIO} times its size, as logs never "
                    "do; nothing of it was loaded. Decompress it and load it again if it is meant."
                )
            yield piece
    else:
        raise UnreadableFileError(
            f"{name} is compressed with {compression}, which is not read; decompress it first."
        )


class _Counted:
    """Pieces, and how many bytes of them were taken."""

    def __init__(self, first: bytes, others: Iterator[bytes]):
        self.count = 0
        self._first = first
        self._others = others

    def __iter__(self) -> Iterator[bytes]:
        self.count = len(self._first)
        yield self._first
        for piece in self._others:
            self.count += len(piece)
            yield piece


def _decompressed(pieces: _Counted, compression: str, name: str) -> Iterator[bytes]:
    """Yield what one or more compressed streams, one behind the other, hold."""
    from backports.zstd import ZstdError

    new = _Gzip if compression == "gzip" else _zstd
    decoder: Any = new()
    try:
        for piece in pieces:
            data = piece
            while data:
                if decoder.eof:
                    # Tapes and block devices fill up with zeros.
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                    decoder = new()
                yield from _drained(decoder, data)
                data = decoder.unused_data
    except (zlib.error, ZstdError) as error:
        raise UnreadableFileError(_damage(name, compression, str(error))) from error
    if not decoder.eof:
        raise UnreadableFileError(_damage(name, compression, "the end is missing"))


def _drained(decoder: Any, data: bytes) -> Iterator[bytes]:
    while True:
        piece = decoder.decompress(data, PIECE_BYTES)
        data = b""
        if piece:
            yield piece
        if decoder.eof or (decoder.needs_input and len(piece) < PIECE_BYTES):
            return


def _damage(name: str, compression: str, reason: str) -> str:
    if "too much memory" in reason:
        return (
            f"{name} was compressed with a window of more than {1 << ZSTD_WINDOW_LOG - 20} MiB "
            f"(zstd --long); compress it with --long={ZSTD_WINDOW_LOG} or less, or not at all."
        )
    return (
        f"{name} is cut off or damaged inside its {compression} compression; nothing of it was "
        "loaded. Get a whole copy and load it again."
    )


def _zstd() -> Any:
    from backports.zstd import DecompressionParameter, ZstdDecompressor

    return ZstdDecompressor(options={DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})


class _Gzip:
    """zlib's decoder under the interface of zstd's."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._rest = b""

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, size: int) -> bytes:
        piece = self._decoder.decompress(self._rest + data, size)
        self._rest = self._decoder.unconsumed_tail
        return piece
