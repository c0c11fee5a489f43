"""What a plan leaves out is what a full build would make the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.transformation.graph import Graph, Node
from orchestration.transformation.plan import Planner
from transformation.drawn_projects import Engine, edit, engines, happen, tables


@settings(max_examples=400, deadline=None)
@given(engines(), st.data())
def test_whatever_happens_the_next_build_makes_what_a_full_build_makes(engine, data):
    if data.draw(st.booleans()):
        engine.build_in_parts()
    for _ in range(data.draw(st.integers(1, 6))):
        happen(engine, data)
    engine.build_in_parts()
    assert not engine.plan().stale
    for name in tables(engine):
        assert engine.rows[name] == engine.computed(name), name


@settings(max_examples=400, deadline=None)
@given(engines(), st.data())
def test_only_what_the_same_code_made_has_the_same_structure(engine, data):
    """A table is copied only if nothing that decides on its columns changed."""
    engine.build_in_parts()
    for _ in range(data.draw(st.integers(1, 6))):
        happen(engine, data)
    for name in engine.plan().same_structure:
        assert name in engine.rows
        assert engine.made_by[name] == engine.all_code(name)


@settings(max_examples=200, deadline=None)
@given(engines(), st.data())
def test_a_load_changes_no_structure(engine, data):
    engine.build_in_parts()
    engine.raw[data.draw(st.sampled_from(sorted(engine.raw)))] += 1
    plan = engine.plan()
    models = {node.unique_id for node in engine.graph if node.kind == "model"}
    assert plan.same_structure == plan.stale & models


@settings(max_examples=400, deadline=None)
@given(engines(), st.data())
def test_to_ask_before_each_node_makes_the_same_and_no_more(engine, data):
    """As dbt does with a gate: what is known when a node is reached decides on it."""
    engine.build_in_parts()
    for _ in range(data.draw(st.integers(1, 4))):
        happen(engine, data)
    planner = Planner(
        engine.graph,
        engine.code,
        {name: str(value) for name, value in engine.raw.items()},
        engine.ledger,
        engine.states(),
    )
    for node in engine.graph:
        planner.look_at(node)
    built: set[str] = set()
    for node in engine.graph:
        name = node.unique_id
        if not planner.look_at(node) or not node.is_built:
            continue
        if node.kind != "test":
            engine.write(name, 0 if node.is_view else engine.computed(name))
        built.add(name)
        planner.states = engine.states()
        planner.look_at(node, is_just_built=True)
    assert not planner.plan.stale
    for name in tables(engine):
        assert engine.rows[name] == engine.computed(name), name


def test_a_table_is_left_out_while_what_it_is_empty_without_is_empty():
    nodes = [
        Node("s", "source", "s"),
        Node("runs", "model", "runs", "d", "runs", "", "table", ("s",)),
        Node("jobs", "model", "jobs", "d", "jobs", "", "table"),
        Node("both", "model", "both", "d", "both", "", "table", ("jobs", "runs")),
        Node("test", "test", "test", "d", "test", "", "test", ("both",)),
    ]
    engine = Engine(Graph({node.unique_id: node for node in nodes}), {"s": 1})
    engine.driven = frozenset({"both"})
    engine.build_in_parts()
    assert engine.ledger["both"].empty_without == ("jobs",)
    engine.raw["s"] = 3
    assert engine.plan().stale == {"runs"}
    engine.write("jobs", 2)
    assert engine.plan().stale == {"jobs", "runs", "both", "test"}


@settings(max_examples=200, deadline=None)
@given(engines(), st.data())
def test_what_reads_nothing_new_is_left_out(engine, data):
    """Only a node below a source that changed is built, and none below a table that did not."""
    engine.build_in_parts()
    source = data.draw(st.sampled_from(sorted(engine.raw)))
    engine.raw[source] += 1
    for node in engine.graph:
        if source not in engine.graph.ancestors(node.unique_id):
            assert node.unique_id not in engine.plan().stale


@settings(max_examples=200, deadline=None)
@given(engines(), st.data())
def test_an_edit_of_a_node_leaves_out_what_does_not_read_it(engine, data):
    engine.build_in_parts()
    edited = data.draw(st.sampled_from(sorted(engine.graph.nodes)))
    edit(engine, edited)
    stale = engine.plan().stale
    for node in engine.graph:
        name = node.unique_id
        if name != edited and edited not in engine.graph.ancestors(name):
            assert name not in stale
    if engine.graph.nodes[edited].kind != "source" and engine.graph.nodes[edited].is_built:
        assert edited in stale


def test_a_table_with_the_same_rows_stops_the_build():
    source = Node("s", "source", "s")
    table = Node("t", "model", "t", "d", "t", "", "table", ("s",))
    below = Node("b", "model", "b", "d", "b", "", "table", ("t",))
    engine = Engine(Graph({node.unique_id: node for node in (source, table, below)}), {"s": 0})
    engine.build_in_parts()
    engine.raw["s"] = 12
    assert engine.plan().stale == {"t", "b"}
    engine.build({"t"})
    assert engine.plan().stale == set()


def test_a_test_is_run_again_until_it_passes():
    nodes = [
        Node("s", "source", "s"),
        Node("t", "model", "t", "d", "t", "", "table", ("s",)),
        Node("c", "test", "c", "d", "c", "", "test", ("t",)),
        Node("b", "model", "b", "d", "b", "", "table", ("t",)),
    ]
    engine = Engine(Graph({node.unique_id: node for node in nodes}), {"s": 0})
    engine.build({"t", "c", "b"}, frozenset({"c"}))
    assert engine.plan().stale == {"c"}
