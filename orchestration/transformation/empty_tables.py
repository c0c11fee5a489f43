"""Why tables are empty: without which others they are, whatever the rest of the warehouse holds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from orchestration.transformation.currentness import BuiltNode, TableState
from orchestration.transformation.emptiness import empty_because
from orchestration.transformation.graph import Graph

__all__ = ["with_reasons"]

# Of an incremental table the query returns what is new, and of a view there are no rows.
_MADE_WHOLE = "table"


def with_reasons(
    client: Any,
    graph: Graph,
    entries: Iterable[BuiltNode],
    states: Mapping[tuple[str, str], TableState],
    queries: Mapping[str, str | None],
) -> list[BuiltNode]:
    """Add to what is remembered of empty tables why they are.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    graph : Graph
        The project.
    entries : iterable of BuiltNode
        The nodes that were just built.
    states : mapping of (str, str) to TableState
        Every table of the project.
    queries : mapping of str to str or None
        The models' compiled SQL, by ``unique_id``.

    Returns
    -------
    list of BuiltNode
        The same nodes; those whose rows may come by another way have no reason.
    """
    entries = list(entries)
    names = {
        (node.database, node.table): node.unique_id
        for node in graph
        if node.kind == "seed" or (node.kind == "model" and not node.is_view)
    }
    empty = {table for table in names if table in states and states[table].is_empty}
    asked = {
        entry.unique_id: query
        for entry in entries
        if entry.state.is_empty
        and graph.nodes[entry.unique_id].materialized == _MADE_WHOLE
        and (query := queries.get(entry.unique_id))
    }
    if not asked:
        return entries
    aggregates = _aggregate_functions(client)
    found = {name: empty_because(query, empty, aggregates) for name, query in asked.items()}
    return [
        replace(entry, empty_without=tuple(sorted(names[table] for table in reason)))
        if (reason := found.get(entry.unique_id))
        else entry
        for entry in entries
    ]


def _aggregate_functions(client: Any) -> set[str]:
    rows = client.query("select lower(name) from system.functions where is_aggregate").result_rows
    return {name for (name,) in rows}
