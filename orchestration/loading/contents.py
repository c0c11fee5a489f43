"""A file read once, from its bytes to UTF-8 text, and digested while it is read."""

import codecs
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from orchestration.loading.expanding import expanded
from orchestration.loading.limits import PIECE_BYTES, SMALL_FILE_BYTES

__all__ = ["Contents"]

# The longer mark first: that of UTF-32 begins like that of UTF-16.
_ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# So many characters show an encoding without a mark.
_SEEN = 16


class Contents:
    """An open file. What :meth:`text` yields is what :attr:`digest` is the digest of.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        The same, for messages.

    Attributes
    ----------
    path : Path
        Where it is read from.
    size : int
        Bytes on disk when it was opened.
    digest : str
        BLAKE2b of its bytes, in hex; empty until they have been read.
    bytes_read : int
        How many were.
    """

    def __init__(self, path: Path, name: str):
        self.path = path
        self._name = name
        self._file: BinaryIO = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size
        self.digest = ""
        self.bytes_read = 0
        self._held: bytes | None = None
        self._prefixes: dict[int, str] = {}

    def __enter__(self) -> "Contents":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def descriptor(self) -> int:
        """The open file's, which stays this file whatever happens to its name."""
        return self._file.fileno()

    @property
    def is_small(self) -> bool:
        """Whether the file is held in memory, so that looking ahead costs nothing."""
        return self.size <= SMALL_FILE_BYTES

    def look_ahead(self) -> str:
        """Read the whole file, and return its digest before any of its text.

        Returns
        -------
        str
            As :attr:`digest` will be, unless a large file changes meanwhile.
        """
        if self.is_small:
            self._held = b"".join(self._pieces())
            self.bytes_read = len(self._held)
            self.digest = _digest_of([self._held])
            return self.digest
        digest = _digest_of(self._pieces())
        self._file.seek(0)
        return digest

    def digest_of_first(self, size: int) -> str:
        """Return the digest of the first bytes, to be asked when all have been read.

        Parameters
        ----------
        size : int
            How many; one of those that :meth:`text` was given.

        Returns
        -------
        str
            As :attr:`digest` would be if the file ended there; empty if it ends before.
        """
        if self._held is not None:
            return _digest_of([self._held[:size]]) if size <= len(self._held) else ""
        return self._prefixes.get(size, "")

    def text(self, prefixes: Iterable[int] = ()) -> Iterator[bytes]:
        """Read the file: decompressed, as UTF-8 without a byte order mark, lines ended by ``\\n``.

        Parameters
        ----------
        prefixes : iterable of int
            Sizes for :meth:`digest_of_first`.

        Yields
        ------
        bytes
            Pieces of about a mebibyte, cut anywhere.

        Raises
        ------
        UnreadableFileError
            If it cannot be decompressed.
        """
        held = self._held
        pieces = self._digested(sorted(prefixes)) if held is None else iter([held])
        return _unix_lines(_utf8(expanded(pieces, self._name)))

    def digest_all(self) -> None:
        """Read the whole file for nothing but its digest."""
        if self._held is None:
            self._file.seek(0)
            for _ in self._digested([]):
                pass

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._file.read(PIECE_BYTES):
            yield piece

    def _digested(self, prefixes: list[int]) -> Iterator[bytes]:
        digest = hashlib.blake2b(digest_size=32)
        self.bytes_read = 0
        for piece in self._pieces():
            done = 0
            while prefixes and prefixes[0] <= self.bytes_read + len(piece):
                end = prefixes.pop(0) - self.bytes_read
                digest.update(piece[done:end])
                done = max(done, end)
                self._prefixes[self.bytes_read + end] = digest.copy().hexdigest()
            digest.update(piece[done:] if done else piece)
            self.bytes_read += len(piece)
            yield piece
        self.digest = digest.hexdigest()


def _digest_of(pieces: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=32)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Drop the byte order mark of UTF-8; recode text of another encoding."""
    first = next(pieces, b"")
    mark, encoding = _encoding(first)
    if encoding:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield decoder.decode(first[len(mark) :]).encode("utf-8", "replace")
        for piece in pieces:
            yield decoder.decode(piece).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode()
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from pieces


def _encoding(first: bytes) -> tuple[bytes, str]:
    """Return the byte order mark of a text that is not UTF-8, and its encoding."""
    for mark, encoding in _ENCODINGS.items():
        if first.startswith(mark):
            return mark, encoding
    # Without a mark, every other byte of plain characters is zero.
    for place, encoding in enumerate(("utf-16-be", "utf-16-le")):
        zeros, characters = first[place : 2 * _SEEN : 2], first[1 - place : 2 * _SEEN : 2]
        if characters.isascii() and b"\0" not in characters and len(zeros) > 1 and not any(zeros):
            return b"", encoding
    return b"", ""


def _unix_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """End lines by a line feed where old Mac programs ended them by a carriage return."""
    first = next(pieces, b"")
    # The last byte may be the first half of a Windows line end.
    is_mac = b"\n" not in first and b"\r" in first[:-1]
    yield first.replace(b"\r", b"\n") if is_mac else first
    for piece in pieces:
        yield piece.replace(b"\r", b"\n") if is_mac else piece
