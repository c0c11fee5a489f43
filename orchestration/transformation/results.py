"""Results of a dbt build, node by node."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.transformation.events import FAILED_STATUSES

__all__ = ["RUN_RESULTS", "BuildReport", "NodeResult", "count_nodes", "node_results"]

RUN_RESULTS = "run_results.json"

_TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class NodeResult:
    """Result of one node of the project.

    Attributes
    ----------
    unique_id, name, kind, status, message : str
        As dbt reports them; ``kind`` is ``model``, ``seed``, ``test``, ``unit_test``, ….
    failures : int
        Number of rows that a test found.
    sql_file : str
        File with the SQL that ran; empty if there is none.
    """

    unique_id: str
    name: str
    kind: str
    status: str
    message: str = ""
    failures: int = 0
    sql_file: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it is a data test or a unit test."""
        return self.kind in _TESTS

    @property
    def is_failed(self) -> bool:
        """Whether it failed; a warning or a skipped node has not."""
        return self.status in FAILED_STATUSES


@dataclass
class BuildReport:
    """Result of a build.

    Attributes
    ----------
    exit_code : int
        dbt's: 0 when everything succeeded, 1 when a node failed, 2 when dbt could not run.
    nodes : list of NodeResult
        One per model, seed, snapshot and test that was to be built.
    errors : list of str
        dbt's messages about errors that belong to no node.
    notes : list of str
        What a user should know although it is no error.
    seconds : float
        How long it took.
    is_recorded : bool
        Whether it is in the build ledger.
    summary : str
        What the marts say, as :func:`orchestration.reporting.summary.summary_as_json` writes it;
        empty where nobody asked or something failed.
    """

    exit_code: int = 0
    nodes: list[NodeResult] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    is_recorded: bool = False
    summary: str = ""

    @property
    def is_successful(self) -> bool:
        """Whether every model was built and every test passed."""
        return self.exit_code == 0

    @property
    def failed(self) -> list[NodeResult]:
        """Nodes that failed."""
        return [node for node in self.nodes if node.is_failed]

    def count(self, *, tests: bool, status: str | None = None) -> int:
        """Return the number of tests, or of models and seeds, with a status or with any."""
        return count_nodes(self.nodes, tests=tests, status=status)


def node_results(folder: Path) -> list[NodeResult]:
    """Read the results of the nodes from dbt's artifacts.

    Parameters
    ----------
    folder : Path
        dbt's target path.

    Returns
    -------
    list of NodeResult
        In the order in which they ended; empty if dbt ended earlier.
    """
    results = _read_json(folder / RUN_RESULTS).get("results", [])
    nodes = _read_json(folder / "manifest.json").get("nodes", {})
    return [node_result(result, nodes.get(result["unique_id"], {})) for result in results]


def node_result(result: dict[str, Any], node: dict[str, Any]) -> NodeResult:
    """Return one of dbt's results as ours.

    Parameters
    ----------
    result : dict
        Of ``run_results.json``.
    node : dict
        The node in ``manifest.json``; where it is empty, the name is the end of the ``unique_id``.

    Returns
    -------
    NodeResult
        The result.
    """
    kind, _, name = result["unique_id"].split(".", 2)
    compiled = node.get("compiled_path")
    return NodeResult(
        unique_id=result["unique_id"],
        name=node.get("name", name),
        kind=kind,
        status=result["status"],
        message=result["message"] or "",
        failures=result["failures"] or 0,
        sql_file=str(settings.project_dir() / compiled) if compiled else "",
    )


def _read_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.exists() else {}


def count_nodes(nodes: list[NodeResult], *, tests: bool, status: str | None = None) -> int:
    """Return the number of tests, or of models and seeds, with a status or with any.

    Parameters
    ----------
    nodes : list of NodeResult
        Results of a build; hooks among them do not count.
    tests : bool
        Whether to count tests.
    status : str, optional
        The status to count.

    Returns
    -------
    int
        How many.
    """
    return sum(
        node.is_test == tests and node.kind != "operation" and status in (None, node.status)
        for node in nodes
    )
