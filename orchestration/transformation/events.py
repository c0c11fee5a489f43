"""dbt's structured log events, as far as they tell how far a build is."""

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
        Whether this is its end, and a bad one.
    total : int
        Nodes of the whole build; 0 where the event does not say.
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
        None for events about hooks, or about nothing that starts or ends.
    """
    data = event["data"]
    node = data.get("node_info") or {}
    # Only events at the start and the end of a node number it; hooks are numbered apart.
    if not data.get("index") or node.get("resource_type", "operation") == "operation":
        return None
    status = str(data.get("status") or node.get("node_status") or "").lower()
    return NodeStep(
        name=node["node_name"],
        is_finished=event["info"]["name"] != "LogStartLine",
        is_failed=status in FAILED_STATUSES,
        total=data.get("total") or 0,
    )
