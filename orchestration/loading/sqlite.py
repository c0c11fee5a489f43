"""SQLite files as records: of a copy, as the program that writes the file may be running."""

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.loading.errors import UnreadableFileError
from orchestration.loading.head import Head
from orchestration.loading.records import Piece, Records

__all__ = ["SqliteRecords", "snapshot"]

_MAGIC = b"SQLite format 3\0"


@contextlib.contextmanager
def snapshot(path: Path, name: str) -> Iterator[Path]:
    """Copy a database to a file of its own, with what its write-ahead log holds.

    Parameters
    ----------
    path : Path
        The database.
    name : str
        The same, for messages.

    Yields
    ------
    Path
        The copy, which is gone afterwards. A file that is no database stands for itself.

    Raises
    ------
    UnreadableFileError
        If it is damaged.
    """
    with path.open("rb") as file:
        is_database = file.read(len(_MAGIC)) == _MAGIC
    if not is_database:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="tokenhouse-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            _copy(path, copy)
        except sqlite3.Error as error:
            raise UnreadableFileError(
                f"{name} cannot be read as a SQLite database ({error}); nothing of it was loaded."
            ) from error
        yield copy


def _copy(path: Path, copy: Path) -> None:
    source = path.resolve().as_uri()
    # Where nobody may write, SQLite cannot make the file by which processes share the log.
    for options in ("mode=ro", "mode=ro&immutable=1"):
        try:
            with (
                contextlib.closing(sqlite3.connect(f"{source}?{options}", uri=True)) as theirs,
                contextlib.closing(sqlite3.connect(copy)) as ours,
            ):
                theirs.backup(ours)
        except sqlite3.OperationalError:
            if "immutable" in options:
                raise
        else:
            return


class SqliteRecords(Records):
    """The rows of a query, each as JSON; what the file is, its tables and their columns show.

    Parameters
    ----------
    path : Path
        A copy that nobody else writes to.
    name : str
        The file, for messages.
    """

    def __init__(self, path: Path, name: str):
        super().__init__(iter(()))
        self._path = path
        self._name = name
        self.head = Head()
        with path.open("rb") as file:
            beginning = file.read(len(_MAGIC))
        if beginning != _MAGIC:
            self.head = Head(sample=beginning)
            return
        with self._open() as connection:
            names = connection.execute(
                "select tables.name, columns.name from sqlite_master as tables "
                "join pragma_table_info(tables.name) as columns where tables.type = 'table'"
            ).fetchall()
        keys = {table for table, _ in names} | {f"{table}.{column}" for table, column in names}
        self.head = Head((frozenset(keys),)) if keys else Head()

    def rows(self, query: str) -> Iterator[Piece]:
        """Yield the rows of a query, in its order."""
        with self._open() as connection:
            connection.row_factory = sqlite3.Row
            for number, found in enumerate(connection.execute(query), start=1):
                record = json.dumps(dict(found), default=_as_text)
                yield Piece(number, record.encode())

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(sqlite3.connect(self._path)) as connection:
                # Texts are whatever their program wrote.
                connection.text_factory = lambda value: value.decode("utf-8", "replace")
                yield connection
        except sqlite3.Error as error:
            raise UnreadableFileError(
                f"{self._name} is not as this program is known to write it ({error}); nothing of "
                "it was loaded."
            ) from error


def _as_text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
