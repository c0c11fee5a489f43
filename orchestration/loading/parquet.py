"""Parquet as JSON lines, by ClickHouse's own reader."""

import contextlib
import os
from collections.abc import Iterator

from orchestration.loading.contents import Contents
from orchestration.loading.engine import Engine
from orchestration.loading.engine_names import name_of
from orchestration.loading.errors import UnreadableFileError
from orchestration.loading.head import Head
from orchestration.loading.limits import PIECE_BYTES
from orchestration.loading.records import Piece, Records

__all__ = ["ParquetRecords"]

_MAGIC = b"PAR1"
# One thread keeps the order of rows, which is their number; groups of rows are large.
_SETTINGS = (
    "date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0, "
    "output_format_json_quote_denormals = 0, max_threads = 1, max_block_size = 8192, "
    "input_format_parquet_max_block_size = 8192"
)


class ParquetRecords(Records):
    """A Parquet file.

    Parameters
    ----------
    contents : Contents
        The open file; it is read in any order, and digested by itself.
    name : str
        The file, for messages.
    engine : Engine
        What reads it.
    """

    def __init__(self, contents: Contents, name: str, engine: Engine):
        super().__init__(iter(()))
        self._contents = contents
        self._name = name
        self._engine = engine
        self._table = f"file('{name_of(contents)}', Parquet)"
        self.head = Head()
        if contents.size:
            with self._read():
                self._check_magic()
                described = engine.select(f"describe {self._table}")
            self.head = Head((frozenset(name for name, *_ in described),))

    def pieces(self, held_at: tuple[str, ...]) -> Iterator[Piece]:
        """Yield rows by the mebibyte."""
        before = os.fstat(self._contents.descriptor)
        sql = f"select * from {self._table} settings {_SETTINGS}"
        number, rest = 1, b""
        with self._read(), self._engine.second() as second, second.stream(sql) as rows:
            while text := rows.read(PIECE_BYTES):
                lines, _, rest = (rest + text).rpartition(b"\n")
                if lines:
                    yield Piece(number, lines, is_lines=True)
                    number += lines.count(b"\n") + 1
        if rest:
            yield Piece(number, rest, is_lines=True)
        self._contents.digest_all()
        after = os.fstat(self._contents.descriptor)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise UnreadableFileError(
                f"{self._name} changed while it was read; nothing of it was loaded. Load it again."
            )

    def _check_magic(self) -> None:
        size, descriptor = self._contents.size, self._contents.descriptor
        ends = (os.pread(descriptor, 4, 0), os.pread(descriptor, 4, max(size - 4, 0)))
        if ends == (_MAGIC, _MAGIC):
            return
        if _MAGIC in ends:
            raise UnreadableFileError(_damage(self._name))
        raise UnreadableFileError(
            f"{self._name} is no Parquet file, whatever its name says; nothing of it was loaded."
        )

    @contextlib.contextmanager
    def _read(self) -> Iterator[None]:
        from clickhouse_connect.driver.exceptions import ClickHouseError

        try:
            yield
        except ClickHouseError as error:
            raise UnreadableFileError(_damage(self._name)) from error


def _damage(name: str) -> str:
    return (
        f"{name} is cut off or damaged: it cannot be read as Parquet to its end; nothing of it was "
        "loaded. Get a whole copy and load it again."
    )
