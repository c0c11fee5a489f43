"""Lines and records on their way from Python to the engine, in a file that goes with them."""

import os
import struct
import tempfile
from typing import BinaryIO, cast

from orchestration.loading.engine_names import name_of_descriptor
from orchestration.loading.records import Piece

__all__ = ["StagedPieces"]

_STRUCTURE = "place UInt64, is_lines UInt8, reason String, original String, text String"


class StagedPieces:
    """Pieces of files, which the engine reads as lines.

    Attributes
    ----------
    size : int
        Bytes that were written.
    """

    def __init__(self) -> None:
        # In memory where the system can: it is read once, at once.
        if hasattr(os, "memfd_create") and name_of_descriptor(0):
            self._file: BinaryIO = os.fdopen(os.memfd_create("tokenhouse"), "w+b")
            self._name = name_of_descriptor(self._file.fileno())
        else:
            named = tempfile.NamedTemporaryFile("w+b", prefix="tokenhouse-")  # noqa: SIM115
            self._file, self._name = cast(BinaryIO, named), named.name
        self.size = 0

    def add(self, place: int, piece: Piece, original: bytes = b"") -> None:
        """Write a piece.

        Parameters
        ----------
        place : int
            Number of its line, or of its first one.
        piece : Piece
            Lines, or one record.
        original : bytes
            The line as it stands in the file, where that is not the record.
        """
        head = struct.pack("<QB", place, piece.is_lines)
        reason = piece.reason.encode()
        head += _length(reason) + reason + _length(original) + original + _length(piece.text)
        self._file.write(head)
        self._file.write(piece.text)
        self.size += len(head) + len(piece.text)

    def cut(self, size: int) -> None:
        """Forget what was written behind this size."""
        self._file.seek(size)
        self._file.truncate()
        self.size = size

    def close(self) -> None:
        """Let go of all."""
        self._file.close()

    def lines(self) -> str:
        """Return the select of the lines.

        Returns
        -------
        str
            Columns ``number``, ``record`` (the line without blanks around it), ``reason`` (why it
            is known to hold none) and ``text`` (the line as it stands in the file), without blank
            lines; two threads get blocks of a mebibyte.
        """
        self._file.flush()
        table = f"file('{self._name}', RowBinary, '{_STRUCTURE}')"
        is_indented = (
            "substring(line, 1, 1) in (' ', '\\t') or substring(line, -1) in (' ', '\\t', '\\r')"
        )
        return (
            "select number, record, reason, if(original = '', record, original) as text from ("
            "select place + index - 1 as number, reason, original, "
            f"if({is_indented}, trimBoth(line, ' \\t\\r'), line) as record from ("
            "select place, reason, original, "
            f"if(is_lines, splitByChar('\\n', text), [text]) as lines from {table}) "
            "array join lines as line, arrayEnumerate(lines) as index) "
            "where record != '' or reason != ''"
        )


def _length(text: bytes) -> bytes:
    """Return the length of a text as RowBinary writes it, seven bits a byte."""
    size, written = len(text), bytearray()
    while size > 0x7F:
        written.append(size & 0x7F | 0x80)
        size >>= 7
    written.append(size)
    return bytes(written)
