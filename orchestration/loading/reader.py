"""ClickHouse's own readers over local files, and the way of their rows into the warehouse."""

import contextlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.loading.discover import LogFile
from orchestration.settings import target

__all__ = ["Reader", "UnreadableFileError", "open_reader", "reading"]

_STREAM_BYTES = 1 << 20
_PLAIN_PATH = re.compile(r"[\w./ +=@,%-]+")
_DAMAGED = ("ZLIB_INFLATE_FAILED", "ZSTD_DECODER_FAILED", "CANNOT_READ_ALL_DATA")


class UnreadableFileError(UserError):
    """A file of which nothing can be loaded; the text says why.

    Attributes
    ----------
    sample : bytes
        What stands where a record should; empty when the file could not even be opened.
    """

    def __init__(self, message: str, sample: bytes = b""):
        super().__init__(message)
        self.sample = sample


class Reader:
    """Selects from files on this machine, and inserts what was selected.

    The embedded warehouse does both itself. A server cannot see these files: an engine in memory
    reads them here and streams the rows over, so that every source is read by the same SQL.

    Arguments
    ---------
    client
        Client of the warehouse.
    local
        Client of the engine that reads files; the same client on the embedded target.
    scratch : Path
        A directory for links and converted files, removed afterwards.
    """

    def __init__(self, client: Any, local: Any, scratch: Path):
        self.client = client
        self.local = local
        self._scratch = scratch
        self._scratch_files = 0

    def table(self, file: LogFile, read_as: str, structure: str = "auto") -> str:
        """Return the ``file(…)`` expression for a file, to select from.

        Arguments
        ---------
        file : LogFile
            The file.
        read_as : str
            ClickHouse's input format.
        structure : str
            Columns and types, or ``auto``.
        """
        path = file.path
        if not _PLAIN_PATH.fullmatch(str(path)):
            # file() takes braces, stars and :: as patterns and has no way to escape them.
            path = self.scratch_path()
            path.symlink_to(file.path)
        return f"file('{path}', {read_as}, '{structure}', '{file.compression}')"

    @property
    def is_embedded(self) -> bool:
        """Whether the warehouse itself reads the files."""
        return self.local is self.client

    def scratch_path(self) -> Path:
        """Return a path for a new file that lives until :meth:`clear`."""
        self._scratch_files += 1
        return self._scratch / str(self._scratch_files)

    def clear(self) -> None:
        """Remove the scratch files; selects made with them no longer work."""
        for path in self._scratch.iterdir():
            path.unlink()

    def select(self, sql: str, **options: Any) -> Sequence[Sequence[Any]]:
        """Return the rows of a select over files."""
        return self.local.query(sql, **options).result_rows

    def lines(self, file: LogFile) -> Iterator[bytes]:
        """Yield the lines of a file, decompressed, without their line feed."""
        sql = f"select line from {self.table(file, 'LineAsString', 'line String')}"
        with self.local.query_row_block_stream(
            sql, column_formats={"line": "bytes"}, settings={"max_threads": 1}
        ) as blocks:
            for block in blocks:
                yield from (line for (line,) in block)

    def insert(self, table: str, columns: Sequence[str], select: str) -> None:
        """Insert the rows of a select over files into a table of the warehouse.

        Arguments
        ---------
        table : str
            Database and name.
        columns : sequence of str
            The columns that the select yields, in order and by these names.
        select : str
            The select, reading files by :meth:`table`.
        """
        if self.is_embedded:
            self.client.command(f"insert into {table} ({', '.join(columns)}) {select}")
            return
        with contextlib.closing(self.local.raw_stream(select, fmt="Native")) as stream:
            blocks = iter(lambda: stream.read(_STREAM_BYTES), b"")
            self.client.raw_insert(table, columns, insert_block=blocks, fmt="Native")


@contextlib.contextmanager
def open_reader(client: Any) -> Iterator[Reader]:
    """Open the reader that fits the target.

    Arguments
    ---------
    client
        Client of the warehouse.

    Yields
    ------
    Reader
        Usable inside the ``with`` only.
    """
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tokenhouse-")))
        local = client
        if target() != "embedded":
            import clickhouse_connect

            local = clickhouse_connect.get_client(interface="chdb")
            stack.callback(local.close)
        yield Reader(client, local, scratch)


@contextlib.contextmanager
def reading(file: LogFile) -> Iterator[None]:
    """Turn what goes wrong while a file is read into one sentence.

    Arguments
    ---------
    file : LogFile
        The file being read.

    Raises
    ------
    UnreadableFileError
        In place of the operating system's and the engine's errors.
    """
    from clickhouse_connect.driver.exceptions import ClickHouseError

    try:
        yield
    except OSError as error:
        raise UnreadableFileError(
            f"{file.path} cannot be read ({error.strerror or error}); check it and load it again."
        ) from error
    except ClickHouseError as error:
        text = " ".join(str(error).split())
        if any(name in text for name in _DAMAGED) and file.compression != "none":
            raise UnreadableFileError(
                f"{file.path} is cut off or damaged inside its {file.compression} compression; "
                "nothing of it was loaded. Get a whole copy and load it again."
            ) from error
        reason = re.sub(r"^Code: \d+\. DB::(Errno)?Exception: ", "", text)[:200]
        raise UnreadableFileError(f"{file.path} cannot be read: {reason}") from error
