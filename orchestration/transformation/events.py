"""dbt's structured log events about the progress of a build."""

from dataclasses import dataclass
from typing import Any

__all__ = ["FAILED_STATUSES", "NodeStep", "node_step"]

FAILED_STATUSES = ("error", "fail", "runtime error", "partial success")


@dataclass(frozen=True)
class NodeStep:
    """The start or the end of a model, seed or test.

    Attributes
    ----------
    name : str
        Name of the node.
    is_finished, is_failed : bool
        Whether the node has ended, and whether it failed.
    total : int
        Number of nodes of the build; 0 if the event does not state it.
    """

    name: str
    is_finished: bool
    is_failed: bool
    total: int


def node_step(event: dict[str, Any]) -> NodeStep | None:
    """Return what an event says about a node.

    Parameters
    ----------
    event : dict
        One of dbt's log events, format ``json``.

    Returns
    -------
    NodeStep or None
        None for events about hooks, and for those that are no start or end.
    """
    data = event["data"]
    node = data.get("node_info") or {}
    # Only start and end events have the number of a node; hooks are numbered separately.
    if not data.get("index") or node.get("resource_type", "operation") == "operation":
        return None
    status = str(data.get("status") or node.get("node_status") or "").lower()
    return NodeStep(
        name=node["node_name"],
        is_finished=event["info"]["name"] != "LogStartLine",
        is_failed=status in FAILED_STATUSES,
        total=data.get("total") or 0,
    )
