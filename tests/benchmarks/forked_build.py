"""A build in a fork of a process that parsed the project, of some marts only.

It runs what the process of ``tokenhouse build`` runs, with the plan. Parsing, writing
the manifest and tests of the models would take longer than all the rest.
"""

import os
from datetime import UTC, datetime
from typing import Any

from orchestration.transformation import worker
from orchestration.transformation.fingerprint import shared_code
from orchestration.transformation.graph import Graph, graph_of
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.request import Request
from orchestration.transformation.worker import _Build

__all__ = ["OPTIONS", "build_forked"]

OPTIONS = BuildOptions(variables="{sources: [generic]}")
# What is built: these and what they are built from, before and after costs are known.
_BUILT = ("score_runs", "daily_costs")


def build_forked(manifest: Any, *, is_prepared: bool) -> int:
    """Build as the process of ``tokenhouse build`` does, without parsing and without tests."""
    from dbt.task import runnable

    # Each part would write the manifest and create databases again, for longer than it builds.
    runnable.write_manifest = lambda *_: None
    if is_prepared:
        runnable.GraphRunnableTask.create_schemas = lambda *_: None
    worker.graph_of = lambda parsed: _part_of(graph_of(parsed))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    with connect() as client:
        ensure_raw_tables(client)
    arguments = [*OPTIONS.arguments(), "--exclude-resource-type", "test", "unit_test"]
    return _Build(
        Request(
            arguments=arguments,
            code=shared_code(OPTIONS),
            built_from="",
            started_at=datetime.now(UTC).isoformat(),
            selection=OPTIONS.selection,
            is_planned=True,
        ),
        manifest,
    ).run()


def _part_of(graph: Graph) -> Graph:
    """Return the graph without what is not built from or for the marts of the trial."""
    wanted = {node.unique_id for node in graph if node.name in _BUILT}
    kept = wanted.union(*(graph.ancestors(name) for name in wanted))
    return Graph({name: node for name, node in graph.nodes.items() if name in kept})
