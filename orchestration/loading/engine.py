"""The engine that reads rows here, and the way of its rows into the warehouse."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from orchestration.loading.limits import PIECE_BYTES
from orchestration.settings import data_directory, target

__all__ = ["Engine", "open_engine"]


class Engine:
    """Selects from what was prepared on this machine, and inserts what was selected.

    The embedded warehouse does both itself. A server cannot see files of this machine: an engine
    in memory reads them here and streams the rows over, so that every source is read by the same
    SQL.

    Parameters
    ----------
    client
        Client of the warehouse.
    local
        Client of the engine that reads; the same client on the embedded target.
    """

    def __init__(self, client: Any, local: Any):
        self.client = client
        self._local = local

    @property
    def is_embedded(self) -> bool:
        """Whether the warehouse itself reads."""
        return self._local is self.client

    def select(self, sql: str, **options: Any) -> Sequence[Sequence[Any]]:
        """Return the rows of a select."""
        rows: Sequence[Sequence[Any]] = self._local.query(sql, **options).result_rows
        return rows

    def run(self, sql: str) -> None:
        """Run a statement on what is prepared."""
        self._local.command(sql)

    def insert(self, table: str, columns: Sequence[str], select: str) -> int | None:
        """Insert the rows of a select into a table of the warehouse.

        Parameters
        ----------
        table : str
            Database and name.
        columns : sequence of str
            The columns that the select yields, in order and by these names.
        select : str
            The select, of what is prepared here.

        Returns
        -------
        int or None
            How many rows the table has got; None where a server, or what stands before it, does not
            say.
        """
        if self.is_embedded:
            before = self._rows_of(table)
            self.client.command(f"insert into {table} ({', '.join(columns)}) {select}")
            return self._rows_of(table) - before
        with contextlib.closing(self._local.raw_stream(select, fmt="Native")) as stream:
            blocks = iter(lambda: stream.read(PIECE_BYTES), b"")
            done = self.client.raw_insert(table, columns, insert_block=blocks, fmt="Native")
        written = done.summary.get("written_rows")
        return None if written is None else int(written)

    def _rows_of(self, table: str) -> int:
        """Return the rows of a table; nobody else writes to an embedded one."""
        database, _, name = table.partition(".")
        rows = self.client.query(
            "select sum(rows) from system.parts where active "
            "and database = {database:String} and table = {name:String}",
            parameters={"database": database, "name": name},
        ).result_rows
        return int(rows[0][0])

    @contextlib.contextmanager
    def merges_paused(self) -> Iterator[None]:
        """Keep the embedded engine from merging parts for the length of a ``with`` block.

        A merge takes as much memory as a load itself, and can wait for the next build. Deletes are
        merges, too.
        """
        if self.is_embedded:
            self.client.command("system stop merges")
        try:
            yield
        finally:
            if self.is_embedded:
                self.client.command("system start merges")

    @contextlib.contextmanager
    def second(self) -> Iterator["Engine"]:
        """Open a second handle, whose results may stream while the first one works."""
        import clickhouse_connect

        path = str(data_directory()) if self.is_embedded else None
        with contextlib.closing(
            clickhouse_connect.get_client(interface="chdb", path=path)
        ) as handle:
            yield Engine(self.client, handle)

    def stream(self, sql: str) -> contextlib.closing:
        """Return the rows of a select as JSON lines, to be read like a file."""
        return contextlib.closing(self._local.raw_stream(sql, fmt="JSONEachRow"))


@contextlib.contextmanager
def open_engine(client: Any) -> Iterator[Engine]:
    """Open the engine that fits the target.

    Parameters
    ----------
    client
        Client of the warehouse.

    Yields
    ------
    Engine
        Usable inside the ``with`` only.
    """
    if target() == "embedded":
        yield Engine(client, client)
        return
    import clickhouse_connect

    with contextlib.closing(clickhouse_connect.get_client(interface="chdb")) as local:
        yield Engine(client, local)
