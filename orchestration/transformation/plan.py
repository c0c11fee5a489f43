"""Which nodes of the project are current, and which a build has to make again."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from orchestration.transformation.currentness import (
    UNKNOWN,
    BuiltNode,
    TableState,
    built_now,
    code_version,
    has_structure,
    is_code,
    is_current,
    stays_empty,
)
from orchestration.transformation.digests import digest
from orchestration.transformation.graph import Graph, Node

__all__ = ["Plan", "Planner", "make_plan"]


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


class Planner:
    """Compares what nodes would be built from now with what they were built from.

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
    """

    def __init__(
        self,
        graph: Graph,
        code: str,
        sources: Mapping[str, str],
        ledger: Mapping[str, BuiltNode],
        states: Mapping[tuple[str, str], TableState],
    ):
        self.graph = graph
        self.code = code
        self.sources = sources
        self.known = dict(ledger)
        self.states = dict(states)
        self.versions: dict[str, str] = {}
        self.structures: dict[str, str] = {}
        self.plan = Plan()

    def look_at(self, node: Node, *, is_just_built: bool = False) -> bool:
        """Find out whether a node has to be built; those that it reads have been looked at.

        Parameters
        ----------
        node : Node
            The node; again after it was built, or after something that it reads was.
        is_just_built : bool
            Whether it was built since the ledger was written.

        Returns
        -------
        bool
            False if it is provably current: the same code on the same inputs, and a table that
            nobody else has written since; or a table that is empty without others that are. A node
            that was just built from what is not current stays stale.
        """
        name, own = node.unique_id, code_version(self.code, node)
        self.structures[name] = digest(own, [self.structures[parent] for parent in node.parents])
        if node.kind == "source":
            self.versions[name] = self.sources.get(name, UNKNOWN)
            return False
        read = {parent: self.versions[parent] for parent in node.inputs}
        inputs = own if is_code(node) else digest(own, read)
        is_certain = is_code(node) or UNKNOWN not in read.values()
        is_just_built &= all(self.versions[parent] != UNKNOWN for parent in node.parents)
        state = self.states.get((node.database, node.table))
        if is_certain and is_just_built:
            built = built_now(node, inputs, self.known.get(name), state)
            self.known[name] = replace(built, structure=self.structures[name])
            self.plan.entries.append(self.known[name])
        known = self.known.get(name)
        is_same = has_structure(node, self.structures[name], known, state)
        is_found = (is_certain and is_current(node, inputs, known, state)) or (
            is_same and stays_empty(known, state, self._is_empty)
        )
        if node.is_view:
            # A view shows what it reads, whenever it was created.
            self.versions[name] = UNKNOWN if UNKNOWN in read.values() else digest(own, read)
        else:
            self.versions[name] = known.version if is_found and known else UNKNOWN
        is_stale = node.is_built and not is_found
        for names, is_in in (
            (self.plan.stale, is_stale),
            (self.plan.same_structure, is_stale and is_same),
        ):
            (names.add if is_in else names.discard)(name)
        return is_stale

    def _is_empty(self, name: str) -> bool:
        node = self.graph.nodes.get(name)
        if node is None or node.is_view or self.versions.get(name, UNKNOWN) == UNKNOWN:
            return False
        state = self.states.get((node.database, node.table))
        return state is not None and state.is_empty


def make_plan(
    graph: Graph,
    code: str,
    sources: Mapping[str, str],
    ledger: Mapping[str, BuiltNode],
    states: Mapping[tuple[str, str], TableState],
    *,
    just_built: Container[str] = (),
) -> Plan:
    """Look at every node of the project.

    Parameters
    ----------
    graph, code, sources, ledger, states
        As of :class:`Planner`.
    just_built : container of str
        Nodes that were built since the ledger was written.

    Returns
    -------
    Plan
        What has to be built, and what to remember of what was just built.
    """
    planner = Planner(graph, code, sources, ledger, states)
    for node in graph:
        planner.look_at(node, is_just_built=node.unique_id in just_built)
    return planner.plan
