"""Tables that others write on the same server, and that are read where they are."""

from collections.abc import Mapping
from typing import Any

__all__ = ["table_states", "tables_in_place"]


def tables_in_place(variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the tables that the project reads in place, whose state the engine knows.

    Parameters
    ----------
    variables : mapping
        The project's vars.

    Returns
    -------
    list of (str, str)
        Database and name. What ClickHouse itself reads elsewhere, as by ``postgresql()``, is not
        among them.
    """
    tables: list[tuple[str, str]] = []
    if traces := str(variables.get("otel_traces_table") or ""):
        database, _, name = traces.rpartition(".")
        tables.append((database, name))
    if langfuse := str(variables.get("langfuse_database") or ""):
        tables += [(langfuse, name) for name in variables["langfuse_tables"].values() if name]
    return sorted(tables)


def table_states(client: Any, tables: list[tuple[str, str]]) -> list[list[Any]]:
    """Return what changes with each insert into tables, and not when the engine merges parts.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the server.
    tables : list of (str, str)
        Database and name.

    Returns
    -------
    list of list
        Database, name, rows, and the newest block of each partition together.
    """
    rows = client.query(
        """
        select database, table, sum(newest), sum(partition_rows)
        from (
            select database, table, partition_id, max(max_block_number) as newest,
                sum(rows) as partition_rows
            from system.parts
            where active and (database, table) in {tables:Array(Tuple(String, String))}
            group by database, table, partition_id
        )
        group by database, table
        order by database, table
        """,
        parameters={"tables": tables},
    ).result_rows
    return [list(row) for row in rows]
