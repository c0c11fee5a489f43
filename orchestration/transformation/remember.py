"""Compare the project with what the warehouse remembers of it, and remember what was built."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from orchestration import settings
from orchestration.transformation.built_nodes import (
    read_built_nodes,
    source_versions,
    table_states,
    write_built_nodes,
)
from orchestration.transformation.empty_tables import with_reasons
from orchestration.transformation.fingerprint import shared_code
from orchestration.transformation.graph import Graph, graph_of
from orchestration.transformation.manifest import read_manifest
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.plan import Planner, make_plan
from orchestration.transformation.results import NodeResult
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = ["can_be_planned", "plan_now", "remember", "remember_build", "versions_to_build_from"]

_BUILT_STATUSES = ("success", "pass")


def can_be_planned() -> bool:
    """Return whether the target's metadata tell what its tables are.

    Returns
    -------
    bool
        False on a cluster, where each node knows its own parts only: everything is built there.
    """
    return settings.target() != "cluster"


def plan_now(client: Any, graph: Graph, code: str, sources: Mapping[str, str]) -> Planner:
    """Return what a build has to make now.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    graph : Graph
        The project.
    code : str
        Digest of the code that every node may use.
    sources : mapping of str to str
        Versions of the sources' tables when the build started.

    Returns
    -------
    Planner
        It has looked at every node.
    """
    planner = Planner(graph, code, sources, read_built_nodes(client), table_states(client, graph))
    for node in graph:
        planner.look_at(node)
    return planner


def remember(
    client: Any,
    graph: Graph,
    code: str,
    sources: Mapping[str, str],
    statuses: Mapping[str, str],
    *,
    queries: Mapping[str, str | None] = MappingProxyType({}),
) -> dict[str, tuple[str, bool]]:
    """Enter the nodes that were built from current inputs.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose raw tables exist.
    graph : Graph
        The project.
    code : str
        Digest of the code that every node could use when it ran.
    sources : mapping of str to str
        Versions of the sources' tables before anything was built: what was loaded meanwhile is new
        to the next build.
    statuses : mapping of str to str
        How each node ended, by ``unique_id``. A node that was built from something that is not
        current, as a selection may ask for, is not entered.
    queries : mapping of str to str or None
        The SQL of the models that were built, by which it is known why a table is empty.

    Returns
    -------
    dict of str to (str, bool)
        By ``unique_id`` the version of what was entered, and whether it is another one than before.
    """
    built = {name for name, status in statuses.items() if status in _BUILT_STATUSES}
    ledger, states = read_built_nodes(client), table_states(client, graph)
    plan = make_plan(graph, code, sources, ledger, states, just_built=built)
    entries = with_reasons(client, graph, plan.entries, states, queries)
    write_built_nodes(client, entries)
    return {
        entry.unique_id: (
            entry.version,
            entry.unique_id not in ledger or ledger[entry.unique_id].version != entry.version,
        )
        for entry in entries
    }


def versions_to_build_from() -> dict[str, str]:
    """Return the versions of the sources' tables, before a dbt that Dagster starts.

    Returns
    -------
    dict of str to str
        For :func:`remember_build`, when dbt has ended.
    """
    with connect() as client:
        ensure_raw_tables(client)
        return source_versions(client, graph_of(read_manifest()))


def remember_build(
    sources: Mapping[str, str], nodes: Iterable[NodeResult]
) -> dict[str, tuple[str, bool]]:
    """Enter what a dbt built that Dagster started, so that ``tokenhouse`` does not build it again.

    Parameters
    ----------
    sources : mapping of str to str
        As :func:`versions_to_build_from` returned them.
    nodes : iterable of NodeResult
        The result of every node.

    Returns
    -------
    dict of str to (str, bool)
        As :func:`remember` does; empty where builds are not planned.
    """
    if not can_be_planned():
        return {}
    statuses = {node.unique_id: node.status for node in nodes}
    with connect() as client:
        graph, code = graph_of(read_manifest()), shared_code(BuildOptions())
        return remember(client, graph, code, sources, statuses)
