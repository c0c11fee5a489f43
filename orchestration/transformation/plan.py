"""Which nodes of the project are current, and which a build has to make again."""

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from orchestration.transformation.graph import Graph, Node

__all__ = [
    "BuiltNode",
    "Plan",
    "TableState",
    "code_version",
    "make_plan",
    "skipped_by_failures",
]

# Views and seeds depend on the code alone. What may differ each time has no version.
_UNKNOWN = ""


@dataclass(frozen=True)
class TableState:
    """What the engine says about a table or view, without reading it.

    Attributes
    ----------
    written : str
        Changes with every insert, delete or exchange, and not when the engine merges parts.
    content : str
        Equal for equal parts; a table that was built again with the same rows keeps it.
    """

    written: str
    content: str


@dataclass(frozen=True)
class BuiltNode:
    """What a node was when it was last built, or a test when it last passed.

    Attributes
    ----------
    unique_id : str
        dbt's identity of the node.
    inputs : str
        Digest of its code, and of the versions of everything that it reads.
    version : str
        Version of what it made, by which its children know that it changed.
    state : TableState
        The state of its table then.
    structure : str
        Digest of its code and of the code of everything that it is built from: as long as it is the
        same, so are the columns of its table.
    """

    unique_id: str
    inputs: str
    version: str
    state: TableState
    structure: str = ""


@dataclass
class Plan:
    """What has to be built.

    Attributes
    ----------
    stale : set of str
        Nodes that must be built, or may have to be, because something before them must.
    same_structure : set of str
        Of these, the models whose table has the columns, order and comments that it would get now.
    entries : list of BuiltNode
        What to remember of the nodes that were just built.
    """

    stale: set[str] = field(default_factory=set)
    same_structure: set[str] = field(default_factory=set)
    entries: list[BuiltNode] = field(default_factory=list)


def make_plan(
    graph: Graph,
    code: str,
    sources: Mapping[str, str],
    ledger: Mapping[str, BuiltNode],
    states: Mapping[tuple[str, str], TableState],
    *,
    just_built: Container[str] = (),
) -> Plan:
    """Compare what every node would be built from now with what it was built from.

    Parameters
    ----------
    graph : Graph
        The project.
    code : str
        Digest of the code that any node may use: macros, vars, target.
    sources : mapping of str to str
        Version of each source's table, by ``unique_id``. One without a version is always new.
    ledger : mapping of str to BuiltNode
        What was built before, by ``unique_id``.
    states : mapping of (str, str) to TableState
        The tables and views that exist, by database and name.
    just_built : container of str
        Nodes that were built since the ledger was written.

    Returns
    -------
    Plan
        A node that is not stale is provably current: the same code on the same inputs, and a table
        that nobody else has written since. One that was just built from what is not current stays
        stale.
    """
    known = dict(ledger)
    versions: dict[str, str] = {}
    structures: dict[str, str] = {}
    plan = Plan()
    for node in graph:
        name = node.unique_id
        own = code_version(code, node)
        structures[name] = _digest(own, [structures[parent] for parent in node.parents])
        if node.kind == "source":
            versions[name] = sources.get(name, _UNKNOWN)
            continue
        read = {parent: versions[parent] for parent in node.parents}
        inputs = own if _is_code(node) else _digest(own, read)
        is_certain = _is_code(node) or _UNKNOWN not in read.values()
        state = states.get((node.database, node.table))
        if is_certain and name in just_built:
            built = _built_now(node, inputs, known.get(name), state)
            known[name] = replace(built, structure=structures[name])
            plan.entries.append(known[name])
        is_current = is_certain and _is_current(node, inputs, known.get(name), state)
        if node.is_built and not is_current:
            plan.stale.add(name)
            if _has_structure(node, structures[name], known.get(name), state):
                plan.same_structure.add(name)
        if node.is_view:
            # A view shows what it reads, whenever it was created.
            versions[name] = _UNKNOWN if _UNKNOWN in read.values() else _digest(own, read)
        else:
            versions[name] = known[name].version if is_current else _UNKNOWN
    return plan


def code_version(code: str, node: Node) -> str:
    """Return the version of all code that a node is made by.

    Parameters
    ----------
    code : str
        Digest of the code that any node may use: macros, vars, target.
    node : Node
        The node.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    return _digest(code, node.code)


def _built_now(
    node: Node, inputs: str, before: BuiltNode | None, state: TableState | None
) -> BuiltNode:
    """Return what to remember of a node; its version is the one before if its rows are."""
    state = state or TableState("", "")
    if _is_code(node) or node.kind == "test":
        return BuiltNode(node.unique_id, inputs, inputs, state)
    if before and (before.state.written == state.written or before.state.content == state.content):
        return replace(before, inputs=inputs, state=state)
    return BuiltNode(node.unique_id, inputs, _digest(state.written, state.content), state)


def skipped_by_failures(graph: Graph, failed: Iterable[str], waiting: Iterable[str]) -> set[str]:
    """Return which nodes are not to be built, because something before them failed.

    As within one run of dbt: a failed model stops what is built from it, a failed test what is
    built from all that it reads.

    Parameters
    ----------
    graph : Graph
        The project.
    failed : iterable of str
        Nodes that failed, or were skipped.
    waiting : iterable of str
        Nodes that are to be built next.

    Returns
    -------
    set of str
        Part of ``waiting``.
    """
    stops = [
        set(graph.nodes[name].parents) if graph.nodes[name].kind == "test" else {name}
        for name in failed
        if name in graph.nodes
    ]
    return {
        name for name in waiting if stops and any(stop <= graph.ancestors(name) for stop in stops)
    }


def _is_code(node: Node) -> bool:
    return node.is_view or node.kind == "seed"


def _is_current(node: Node, inputs: str, built: BuiltNode | None, state: TableState | None) -> bool:
    if built is None or built.inputs != inputs:
        return False
    if node.kind == "test":
        return True
    return state is not None and (node.is_view or state.written == built.state.written)


def _has_structure(
    node: Node, structure: str, built: BuiltNode | None, state: TableState | None
) -> bool:
    """Return whether a model's table has the columns of this code, and nobody else wrote to it."""
    if node.kind != "model" or built is None or state is None:
        return False
    return built.structure == structure and state.written == built.state.written


def _digest(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
