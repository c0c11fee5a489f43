"""What the warehouse knows of its own tables: their versions, their states, what built them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from orchestration import settings
from orchestration.reporting.condition import UNFINISHED
from orchestration.transformation.currentness import BuiltNode, TableState
from orchestration.transformation.digests import digest
from orchestration.transformation.fingerprint import data_state
from orchestration.transformation.graph import Graph, Node

__all__ = ["is_empty", "read_built_nodes", "source_versions", "table_states", "write_built_nodes"]

# The tables of forecasts are written together, the choice of a method last.
_WRITTEN_TOGETHER = "forecast_choices"
# What the ledger of loads says about all files, not about those of one table.
_OF_ALL_LOADS = ("loads", "rejected_lines")

_PARTS = """
    select
        database, table, partition_id, max_block_number, data_version, rows,
        hash_of_uncompressed_files, uncompressed_hash_of_compressed_files
    from system.parts
    where active and database in {databases:Array(String)}
"""
_TABLES = """
    select database, name, toString(uuid), comment = {unfinished:String}
    from system.tables
    where database in {databases:Array(String)}
"""


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
    asked = {"databases": sorted({node.database for node in built}), "unfinished": UNFINISHED}
    # One table is looked up by its name; all are by their databases.
    only = ""
    if len(built) == 1:
        only = "and table = {name:String}"
        asked["name"] = built[0].table
    parts: dict[tuple[str, str], list[Any]] = defaultdict(list)
    # Two plain queries cost the engine a third of one that joins and hashes: a build asks hundreds.
    for database, name, *part in client.query(f"{_PARTS} {only}", parameters=asked).result_rows:
        parts[database, name].append(part)
    tables = client.query(f"{_TABLES} {only}", parameters=asked).result_rows
    return {
        (database, name): _state(uuid, is_unfinished, parts.get((database, name), []))
        for database, name, uuid, is_unfinished in tables
    }


def is_empty(client: Any, node: Node) -> bool:
    """Tell whether a table is there and has no rows: a third of the work that its state takes.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    node : Node
        A model or seed with a table.

    Returns
    -------
    bool
        False, too, where its engine does not count rows.
    """
    rows = client.query(
        "select total_rows from system.tables "
        "where database = {database:String} and name = {name:String}",
        parameters={"database": node.database, "name": node.table},
    ).result_rows
    return rows == [(0,)]


def _state(uuid: str, is_unfinished: bool, parts: list[Any]) -> TableState:
    """Return the state of a table by its active parts, each with partition, numbers and hashes."""
    newest: dict[str, tuple[int, int]] = {}
    for partition, block, version, *_ in parts:
        before = newest.get(partition, (0, 0))
        newest[partition] = (max(before[0], block), max(before[1], version))
    content = sorted(part[3:] for part in parts)
    return TableState(
        written=digest(uuid, sorted(newest.items()), bool(is_unfinished)),
        content=digest(content),
        is_empty=not any(rows for rows, *_ in content),
    )


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
