"""Projects of a few nodes, and a warehouse in which they are built, drawn at random."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from orchestration.transformation.currentness import BuiltNode, TableState
from orchestration.transformation.graph import Graph, Node
from orchestration.transformation.plan import make_plan

__all__ = ["Engine", "edit", "engines", "happen", "tables"]

MATERIALIZED = ("view", "ephemeral", "table", "incremental")
EVENTS = ("load", "load", "build", "edit", "edit one", "select", "fail", "write", "drop")


@dataclass
class Engine:
    """A warehouse in which a table holds what it was computed from, shortened to few values.

    Few values, so that a table often stays as it was though what it reads has changed. One of value
    0 is empty; a table that is driven by the first that it reads is empty whenever that one is.
    """

    graph: Graph
    raw: dict[str, int]
    code: str = "code 0"
    rows: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    ledger: dict[str, BuiltNode] = field(default_factory=dict)
    made_by: dict[str, list[str]] = field(default_factory=dict)
    driven: frozenset[str] = frozenset()
    number: int = 0

    def value(self, name: str) -> int:
        """Return what somebody who reads a node sees."""
        node = self.graph.nodes[name]
        if node.kind == "source":
            return self.raw[name]
        return self.computed(name) if node.is_view else self.rows[name]

    def computed(self, name: str) -> int:
        """Return what a node is when it is built now."""
        read = [self.value(given) for given in self.graph.nodes[name].inputs]
        if name in self.driven and read[0] == 0:
            return 0
        code = len(self.code) + len(self.graph.nodes[name].code)
        parts = enumerate([code, *read], start=1)
        return sum(place * value for place, value in parts) // 2 % 3

    def states(self) -> dict[tuple[str, str], TableState]:
        return {
            ("d", name): TableState(
                str(self.writes[name]), str(self.rows[name]), self.rows[name] == 0
            )
            for name in self.rows
        }

    def all_code(self, name: str) -> list[str]:
        """Return what decides on a node's columns: its code and that of what it reads."""
        names = sorted({name, *self.graph.ancestors(name)})
        return [self.code, *(f"{name} {self.graph.nodes[name].code}" for name in names)]

    def plan(self, built: frozenset[str] = frozenset()):
        sources = {name: str(value) for name, value in self.raw.items()}
        return make_plan(
            self.graph, self.code, sources, self.ledger, self.states(), just_built=built
        )

    def write(self, name: str, value: int) -> None:
        self.number += 1
        self.rows[name], self.writes[name] = value, self.number

    def build(self, wanted: set[str], failing: frozenset[str] = frozenset()) -> set[str]:
        """Build nodes in order, without those after a failure, and enter them in the ledger."""
        built: set[str] = set()
        failed: set[str] = set()
        for node in self.graph:
            name = node.unique_id
            if name not in wanted or failed & self.graph.ancestors(name) or not node.is_built:
                continue
            if name in failing:
                failed.add(name)
            elif node.kind != "test":
                # What the rows of a view are is known when it is read.
                self.write(name, 0 if node.is_view else self.computed(name))
                self.made_by[name] = self.all_code(name)
                built.add(name)
            else:
                built.add(name)
        entries = self.plan(frozenset(built)).entries
        self.ledger |= {entry.unique_id: self.with_reason(entry) for entry in entries}
        return built

    def with_reason(self, entry: BuiltNode) -> BuiltNode:
        """Say of an empty table which other empty table it is empty without."""
        driver = self.graph.nodes[entry.unique_id].inputs[:1]
        is_table = all(name in self.rows and not self.graph.nodes[name].is_view for name in driver)
        if entry.unique_id not in self.driven or not is_table or self.rows[driver[0]]:
            return entry
        return replace(entry, empty_without=driver)

    def build_in_parts(self, failing: frozenset[str] = frozenset()) -> None:
        """Build what is stale, in two parts."""
        names = [node.unique_id for node in self.graph]
        first = set(names[: len(names) // 2])
        self.build(self.plan().stale & first, failing)
        self.build(self.plan().stale, failing)


@st.composite
def engines(draw):
    """Draw a project: sources, and models and tests that read some of what was before them."""
    nodes = {f"s{n}": Node(f"s{n}", "source", f"s{n}") for n in range(draw(st.integers(1, 3)))}
    for n in range(draw(st.integers(1, 10))):
        readable = [name for name, node in nodes.items() if node.kind != "test"]
        kind = draw(st.sampled_from(["model", "model", "model", "seed", "test"]))
        read = st.lists(st.sampled_from(readable), min_size=1, max_size=3, unique=True)
        parents = () if kind == "seed" else tuple(draw(read))
        materialized = draw(st.sampled_from(MATERIALIZED)) if kind == "model" else kind
        # Of what a model reads, some may not decide on its rows.
        inputs = parents[1:] if kind == "model" and draw(st.booleans()) else ()
        nodes[f"n{n}"] = Node(
            f"n{n}", kind, f"n{n}", "d", f"n{n}", "", materialized, parents, inputs=inputs
        )
    tables = [name for name, node in nodes.items() if node.materialized == "table"]
    driven = frozenset(draw(st.lists(st.sampled_from(tables))) if tables else ())
    raw = {name: draw(st.integers(0, 3)) for name, node in nodes.items() if node.kind == "source"}
    return Engine(Graph(nodes), raw, driven=driven)


def happen(engine: Engine, data: st.DataObject) -> None:
    """Let something happen to a warehouse: loads, edits, builds of parts, other people's writes."""
    names = [node.unique_id for node in engine.graph]
    event = data.draw(st.sampled_from(EVENTS))
    if event == "load":
        engine.raw[data.draw(st.sampled_from(sorted(engine.raw)))] = data.draw(st.integers(0, 9))
    elif event == "build":
        engine.build_in_parts()
    elif event == "edit":
        engine.code += "."
    elif event == "edit one":
        edit(engine, data.draw(st.sampled_from(names)))
    elif event == "select" and all(name in engine.rows for name in tables(engine)):
        engine.build(set(data.draw(st.lists(st.sampled_from(names)))))
    elif event == "fail":
        engine.build_in_parts(frozenset(data.draw(st.lists(st.sampled_from(names), max_size=2))))
    elif event == "write" and engine.rows:
        engine.write(data.draw(st.sampled_from(sorted(engine.rows))), data.draw(st.integers(0, 2)))
    elif event == "drop" and engine.rows:
        engine.rows.pop(data.draw(st.sampled_from(sorted(engine.rows))))


def edit(engine: Engine, name: str) -> None:
    """Change the code of one node; of a source, the columns of its table."""
    node = engine.graph.nodes[name]
    engine.graph.nodes[name] = replace(node, code=f"{node.code}.")


def tables(engine: Engine) -> list[str]:
    """Return the nodes that hold rows."""
    return [
        node.unique_id
        for node in engine.graph
        if node.kind not in ("source", "test") and not node.is_view
    ]
