"""The entries of a build in the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from orchestration import settings
from orchestration.journal import Entry, new_version
from orchestration.transformation.currentness import code_version
from orchestration.transformation.events import FAILED_STATUSES
from orchestration.transformation.graph import Graph, Node

__all__ = ["build_entries", "row_counts"]

_COMMAND = "tokenhouse build"
_READ = ("raw", "ml")
_BUILT, _TESTED = "success", ("pass", "warn", *FAILED_STATUSES)


def row_counts(client: Any) -> dict[tuple[str, str], int]:
    """Return the rows of every table, from the engine's metadata.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    dict of (str, str) to int
        By layer and name; views have none.
    """
    rows = client.query(
        "select database, name, total_rows from system.tables "
        "where total_rows is not null and database not like '%system%'"
    ).result_rows
    return {(_layer(database), name): count for database, name, count in rows}


def build_entries(
    graph: Graph,
    code: str,
    results: Iterable[Mapping[str, Any]],
    versions: Mapping[str, tuple[str, bool]],
    counts: Mapping[tuple[str, str], int],
) -> list[Entry]:
    """Return the entries of a build.

    Parameters
    ----------
    graph : Graph
        The project.
    code : str
        Digest of the code that every node could use.
    results : iterable of mapping
        dbt's results, as in ``run_results.json``.
    versions : mapping of str to (str, bool)
        As :func:`orchestration.transformation.remember.remember` returned them. What was built from
        something that is not current has none.
    counts : mapping of (str, str) to int
        As :func:`row_counts` returns them.

    Returns
    -------
    list of Entry
        Of the nodes that were built and the tests that ran, parents first; and the rows of the
        tables that it read.
    """
    by_id = {result["unique_id"]: result for result in results}
    entries = [
        Entry(asset=[layer, name], by=_COMMAND, rows=count)
        for (layer, name), count in counts.items()
        if layer in _READ and count
    ]
    for node in graph:
        result = by_id.get(node.unique_id)
        if result is None:
            continue
        if node.kind == "test" and result["status"] in _TESTED:
            entries.append(_tested(node, result))
        elif node.kind != "test" and result["status"] == _BUILT:
            version, is_changed = versions.get(node.unique_id, (new_version(), True))
            place = (_layer(node.database), node.name)
            entries.append(
                Entry(
                    asset=list(place),
                    by=_COMMAND,
                    at=_ended(result),
                    seconds=result["execution_time"],
                    rows=counts.get((place[0], node.table)),
                    version=version,
                    code=code_version(code, node),
                    is_changed=is_changed,
                    facts={"fingerprint": version, "materialized": node.materialized},
                )
            )
    return entries


def _tested(node: Node, result: Mapping[str, Any]) -> Entry:
    return Entry(
        check=node.name,
        by=_COMMAND,
        at=_ended(result),
        seconds=result["execution_time"],
        passed=result["status"] == "pass",
        is_warning=result["status"] == "warn",
        facts={"failed_rows": result["failures"] or 0, "message": result["message"] or ""},
    )


def _ended(result: Mapping[str, Any]) -> float:
    """Return when a node was done."""
    ends = [step["completed_at"] for step in result["timing"] if step.get("completed_at")]
    return max(datetime.fromisoformat(end).timestamp() for end in ends) if ends else 0.0


def _layer(database: str) -> str:
    return database.removeprefix(settings.database(""))
