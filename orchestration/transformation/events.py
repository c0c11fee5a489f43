"""Events about the progress of a build: dbt's own, and those of the process that builds."""

import json
from dataclasses import dataclass
from typing import Any

__all__ = [
    "BUILD_RECORDED",
    "CALLS_PRICED",
    "FAILED_STATUSES",
    "NODES_PLANNED",
    "NODE_LEFT_OUT",
    "NOTE",
    "NOT_KNOWN",
    "SUMMARIZED",
    "TEST_PASSED",
    "NodeStep",
    "event_line",
    "node_step",
]

# Names of events that are not dbt's.
NODES_PLANNED, NODE_LEFT_OUT, TEST_PASSED = "NodesPlanned", "NodeLeftOut", "TestPassed"
CALLS_PRICED, BUILD_RECORDED, SUMMARIZED = "CallsPriced", "BuildRecorded", "Summarized"
NOTE, NOT_KNOWN = "Note", "NotKnown"

FAILED_STATUSES = ("error", "fail", "runtime error", "partial success")


_HIDDEN_LEVELS = ("debug", "test")
_NODE_FIELDS = ("node_name", "node_status", "resource_type", "unique_id")
_STEP_FIELDS = ("index", "total", "status")


def event_line(message: Any) -> str | None:
    """Return what of an event is shown or counted, as one line of JSON.

    Parameters
    ----------
    message : google.protobuf.message.Message
        An event of dbt's, with ``info`` and ``data``.

    Returns
    -------
    str or None
        ``{"info": {name, level, msg}, "data": {…}}``, where ``data`` has a node's step only: to
        write all of it takes as long as what the event is about. None for events that nobody waits
        for.
    """
    info, step = message.info, message.data
    if info.level in _HIDDEN_LEVELS:
        return None
    data: dict[str, Any] = {}
    if (node := getattr(step, "node_info", None)) is not None and node.unique_id:
        data = {name: getattr(step, name) for name in _STEP_FIELDS if hasattr(step, name)}
        data["node_info"] = {name: getattr(node, name) for name in _NODE_FIELDS}
    return json.dumps(
        {"info": {"name": info.name, "level": info.level, "msg": info.msg}, "data": data}
    )


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
        One of dbt's log events, as :func:`event_line` writes them.

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
