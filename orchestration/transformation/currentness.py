"""When a node of the project is current: same code, same inputs, and nobody else wrote to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from orchestration.transformation.digests import digest
from orchestration.transformation.graph import Node

__all__ = [
    "UNKNOWN",
    "BuiltNode",
    "TableState",
    "built_now",
    "code_version",
    "has_structure",
    "is_code",
    "is_current",
    "stays_empty",
]

# Views and seeds depend on the code alone. What may differ each time has no version.
UNKNOWN = ""


@dataclass(frozen=True)
class TableState:
    """What the engine says about a table or view, without reading it.

    Attributes
    ----------
    written : str
        Changes with every insert, delete or exchange, and not when the engine merges parts.
    content : str
        Equal for equal parts; a table that was built again with the same rows keeps it.
    is_empty : bool
        Whether it has no rows, nor deleted ones; true of every view.
    """

    written: str
    content: str
    is_empty: bool = False


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
    empty_without : tuple of str
        Tables that were empty when it was built, from which it follows that it is empty, too.
    """

    unique_id: str
    inputs: str
    version: str
    state: TableState
    structure: str = ""
    empty_without: tuple[str, ...] = ()


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
    return digest(code, node.code)


def is_code(node: Node) -> bool:
    """Return whether a node depends on the code alone, as views and seeds do.

    Parameters
    ----------
    node : Node
        The node.

    Returns
    -------
    bool
        Whether what it reads does not decide on whether it is current.
    """
    return node.is_view or node.kind == "seed"


def built_now(
    node: Node, inputs: str, before: BuiltNode | None, state: TableState | None
) -> BuiltNode:
    """Return what to remember of a node that was just built.

    Parameters
    ----------
    node : Node
        The node.
    inputs : str
        Digest of its code and of the versions of what it reads.
    before : BuiltNode or None
        What was known of it.
    state : TableState or None
        Its table now.

    Returns
    -------
    BuiltNode
        Its version is the one before if its rows are.
    """
    state = state or TableState("", "")
    if is_code(node) or node.kind == "test":
        return BuiltNode(node.unique_id, inputs, inputs, state)
    if before and (before.state.written == state.written or before.state.content == state.content):
        return replace(before, inputs=inputs, state=state, empty_without=())
    return BuiltNode(node.unique_id, inputs, digest(state.written, state.content), state)


def is_current(node: Node, inputs: str, built: BuiltNode | None, state: TableState | None) -> bool:
    """Return whether a node was built from the same code and inputs, and is as it was built.

    Parameters
    ----------
    node : Node
        The node.
    inputs : str
        Digest of its code and of the versions of what it reads, now.
    built : BuiltNode or None
        What was remembered of it.
    state : TableState or None
        Its table now.

    Returns
    -------
    bool
        Whether to build it would change nothing.
    """
    if built is None or built.inputs != inputs:
        return False
    if node.kind == "test":
        return True
    return state is not None and (node.is_view or state.written == built.state.written)


def has_structure(
    node: Node, structure: str, built: BuiltNode | None, state: TableState | None
) -> bool:
    """Return whether a model's table has the columns of this code, and nobody else wrote to it.

    Parameters
    ----------
    node : Node
        The node.
    structure : str
        Digest of its code and of the code of everything that it is built from, now.
    built : BuiltNode or None
        What was remembered of it.
    state : TableState or None
        Its table now.

    Returns
    -------
    bool
        Whether its declaration can be copied.
    """
    if node.kind != "model" or built is None or state is None:
        return False
    return built.structure == structure and state.written == built.state.written


def stays_empty(
    built: BuiltNode | None, state: TableState | None, is_empty: Callable[[str], bool]
) -> bool:
    """Return whether a table of the same structure is empty, whatever else it reads has changed.

    Parameters
    ----------
    built : BuiltNode or None
        What was remembered of the node.
    state : TableState or None
        Its table now.
    is_empty : callable
        Whether a table, by ``unique_id``, is current and has no rows.

    Returns
    -------
    bool
        Whether it is empty, and so are all the tables without which its SQL returns no rows.
    """
    if built is None or not built.empty_without or state is None:
        return False
    return state.is_empty and all(map(is_empty, built.empty_without))
