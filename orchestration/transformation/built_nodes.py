"""What the warehouse knows of its own tables: their versions, their states, what built them."""

import hashlib
from collections.abc import Iterable
from typing import Any

from orchestration import settings
from orchestration.reporting.condition import UNFINISHED
from orchestration.transformation.currentness import BuiltNode, TableState
from orchestration.transformation.fingerprint import data_state
from orchestration.transformation.graph import Graph, Node

__all__ = ["read_built_nodes", "source_versions", "table_states", "write_built_nodes"]

# The tables of forecasts are written together, the choice of a method last.
_WRITTEN_TOGETHER = "forecast_choices"
# What the ledger of loads says about all files, not about those of one table.
_OF_ALL_LOADS = ("loads", "rejected_lines")


def source_versions(client: Any, graph: Graph) -> dict[str, str]:
    """Return the version of what each source's table shows.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    graph : Graph
        The project.

    Returns
    -------
    dict of str to str
        By ``unique_id``. A table of logs changes when the ledger shows another load of it, the
        others when their rows change. A table that nothing is known of has no version.
    """
    rows = data_state(client)
    loads = _visible_loads(client)
    versions = {}
    for node in graph:
        if node.kind != "source":
            continue
        if node.name in _OF_ALL_LOADS:
            state: Any = rows["raw.loads"]
        elif node.database == settings.database("ml"):
            state = rows[f"ml.{_WRITTEN_TOGETHER}"]
        elif (shown := rows.get(f"{_layer(node.database)}.{node.table}")) is not None:
            state = shown
        elif node.database == settings.database("raw"):
            state = loads.get(node.table, [])
        else:
            continue
        versions[node.unique_id] = hashlib.blake2b(str(state).encode(), digest_size=16).hexdigest()
    return versions


def _layer(database: str) -> str:
    return database.removeprefix(settings.database(""))


def _visible_loads(client: Any) -> dict[str, list[int]]:
    rows = client.query(
        f"""
        select entity, count(), sum(load_hash), groupBitXor(load_hash)
        from (
            select entity, sipHash64(load_id) as load_hash
            from `{settings.database("raw")}`.loads
            group by entity, load_id
            having argMax(status, (change_number, recorded_at)) = 'loaded'
        )
        group by entity
        """
    ).result_rows
    return {entity: list(state) for entity, *state in rows}


def table_states(client: Any, nodes: Iterable[Node]) -> dict[tuple[str, str], TableState]:
    """Return the state of tables and views, from the engine's metadata.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    nodes : iterable of Node
        Those of the project, or some of them; sources and tests have no table that is built.

    Returns
    -------
    dict of (str, str) to TableState
        By database and name, of those that exist. Inserts give a part a new block number, deletes a
        new data version, and an exchange gives the name to another table; merges change none of
        them. An increment that was begun and not ended is another state, too.
    """
    built = [node for node in nodes if node.kind in ("model", "seed")]
    # One table is looked up by its name; all are by their databases.
    names = [node.table for node in built] if len(built) == 1 else []
    databases = sorted({node.database for node in built})
    rows = client.query(
        """
        with partitions as (
            select
                database,
                table as name,
                (partition_id, max(max_block_number), max(data_version)) as written,
                groupArray((
                    rows, hash_of_uncompressed_files, uncompressed_hash_of_compressed_files
                )) as content,
                sum(rows) as row_count
            from system.parts
            where active and database in {databases:Array(String)}
                and (empty({names:Array(String)}) or table in {names:Array(String)})
            group by database, table, partition_id
        ),
        parts as (
            select
                database,
                name,
                arraySort(groupArray(written)) as written,
                arraySort(arrayFlatten(groupArray(content))) as content,
                sum(row_count) as row_count
            from partitions
            group by database, name
        )
        select
            tables.database,
            tables.name,
            lower(hex(sipHash128(
                toString(tables.uuid), parts.written, tables.comment = {unfinished:String}
            ))),
            lower(hex(sipHash128(parts.content))),
            parts.row_count = 0
        from system.tables as tables
        left join parts on tables.database = parts.database and tables.name = parts.name
        where tables.database in {databases:Array(String)}
            and (empty({names:Array(String)}) or tables.name in {names:Array(String)})
        """,
        parameters={"databases": databases, "names": names, "unfinished": UNFINISHED},
    ).result_rows
    return {
        (database, name): TableState(written, content, bool(is_empty))
        for database, name, written, content, is_empty in rows
    }


def read_built_nodes(client: Any) -> dict[str, BuiltNode]:
    """Return what every node was when it was last built on this target.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.

    Returns
    -------
    dict of str to BuiltNode
        By ``unique_id``.
    """
    rows = client.query(
        f"""
        select unique_id, inputs, version, written, content, structure, empty_without
        from `{settings.database("raw")}`.built_nodes final
        where target = {{target:String}}
        """,
        parameters={"target": settings.target()},
    ).result_rows
    return {
        unique_id: BuiltNode(
            unique_id, inputs, version, TableState(written, content), structure, tuple(without)
        )
        for unique_id, inputs, version, written, content, structure, without in rows
    }


def write_built_nodes(client: Any, nodes: Iterable[BuiltNode]) -> None:
    """Remember what was built.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    nodes : iterable of BuiltNode
        What was built; it replaces what was known of the same nodes.
    """
    rows = [
        (
            node.unique_id,
            settings.target(),
            node.inputs,
            node.version,
            node.state.written,
            node.state.content,
            node.structure,
            list(node.empty_without),
        )
        for node in nodes
    ]
    if not rows:
        return
    client.command(
        f"""
        insert into `{settings.database("raw")}`.built_nodes (
            unique_id, target, inputs, version, written, content, structure, empty_without,
            build_number
        )
        select row.1, row.2, row.3, row.4, row.5, row.6, row.7, row.8,
            (select max(build_number) from `{settings.database("raw")}`.built_nodes) + 1
        from (
            select arrayJoin(
                {{rows:Array(Tuple(
                    String, String, String, String, String, String, String, Array(String)
                ))}}
            ) as row
        )
        """,
        parameters={"rows": rows},
    )
