"""dbt asks before each node, and a question that fails stops nothing."""

from types import SimpleNamespace

import pytest
from dbt.task import build

from orchestration.transformation.build_task import gated
from orchestration.transformation.built_nodes import is_empty
from orchestration.transformation.currentness import BuiltNode, TableState
from orchestration.transformation.gate import Gate
from orchestration.transformation.graph import Graph, Node
from orchestration.transformation.plan import Planner
from orchestration.warehouse.client import connect

NODES = [
    Node("s", "source", "s"),
    Node("t", "model", "t", "d", "t", "", "table", ("s",)),
    Node("v", "model", "v", "d", "v", "", "view", ("t",)),
    Node("b", "model", "b", "d", "b", "", "table", ("v",)),
]


class Task:
    """Stands for dbt's build."""

    def __init__(self):
        self.called = []

    def call_runner(self, runner):
        """Build a node."""
        self.called.append(runner.node.unique_id)
        return SimpleNamespace(status="skipped" if runner.skip else "success")


def runner(name, *, skip=False):
    return SimpleNamespace(node=SimpleNamespace(unique_id=name), skip=skip)


@pytest.fixture
def task(monkeypatch):
    """Return dbt's build with a gate that is put in by the test."""
    monkeypatch.setattr(build, "BuildTask", Task)

    def task_of(gate, report=pytest.fail):
        with gated(gate, (), report):
            made = build.BuildTask()
        assert build.BuildTask is Task
        return made

    return task_of


def ended(_name, _status):
    """Take note of nothing."""


class Failing:
    """A gate that cannot answer."""

    def is_needed(self, unique_id):
        raise KeyError(unique_id)

    def has_passed(self, unique_id):
        raise KeyError(unique_id)

    def has_ended(self, unique_id, status):
        raise KeyError(unique_id, status)


def test_a_question_that_fails_builds_the_node(task):
    reported = []
    made = task(Failing(), reported.append)
    assert made.call_runner(runner("t")).status == "success"
    assert made.called == ["t"]
    assert len(reported) == 3


def planner_of(raw):
    """Return a planner that knows what was built from a source of version 1."""
    graph = Graph({node.unique_id: node for node in NODES})
    states = {("d", node.table): TableState("1", "1") for node in NODES[1:]}
    first = Planner(graph, "code", {"s": "1"}, {}, states)
    for node in graph:
        first.look_at(node, is_just_built=True)
    ledger: dict[str, BuiltNode] = {entry.unique_id: entry for entry in first.plan.entries}
    planner = Planner(graph, "code", {"s": raw}, ledger, states)
    for node in graph:
        planner.look_at(node)
    return planner


@pytest.mark.parametrize(("content", "expected"), [("1", ["t"]), ("2", ["t", "b"])])
def test_what_a_table_became_decides_on_what_reads_it_also_through_a_view(
    task, monkeypatch, content, expected
):
    now = {("d", "t"): TableState("2", content)}
    monkeypatch.setattr(
        "orchestration.transformation.gate.table_states",
        lambda _client, nodes: (
            {("d", node.table): now[("d", node.table)] for node in nodes}
            if nodes[0].table == "t"
            else {}
        ),
    )
    left_out = []
    made = task(Gate(None, planner_of("2"), lambda: left_out.append(1), pytest.fail, ended))
    results = [made.call_runner(runner(name)) for name in ("t", "b")]
    assert made.called == expected
    assert len(left_out) == 2 - len(expected)
    assert [result.status == "no-op" for result in results] == [False, len(expected) == 1]


def test_what_dbt_skips_is_not_asked_for_and_what_the_project_does_not_know_is_built(task):
    made = task(Gate(None, planner_of("1"), lambda: None, pytest.fail, ended))
    assert made.call_runner(runner("b", skip=True)).status == "skipped"
    assert made.call_runner(runner("operation.on_run_start")).status == "success"
    assert made.call_runner(runner("b")).status == "no-op"


@pytest.mark.parametrize(
    ("rows_of", "is_empty", "status"),
    [("t", True, "pass"), ("t", False, "success"), ("", True, "success"), ("v", True, "success")],
)
def test_a_test_of_rows_is_run_where_its_table_has_some(task, rows_of, is_empty, status):
    """A view's state says nothing of its rows."""
    test = Node("a", "test", "a", parents=("t", "v"), passes_without_rows_of=rows_of)
    planner = planner_of("1")
    planner.graph.nodes["a"] = test
    planner.states["d", "t"] = TableState("1", "1", is_empty=is_empty)
    planner.states["d", "v"] = TableState("1", "1", is_empty=True)
    passed = []
    made = task(Gate(None, planner, pytest.fail, lambda: passed.append(1), ended))
    result = made.call_runner(runner("a"))
    assert result.status == status
    assert (len(passed), made.called) == ((1, []) if status == "pass" else (0, ["a"]))


def test_a_first_build_looks_only_at_tables_whose_tests_may_pass_without_rows(task, monkeypatch):
    """Of a table that stood there before, what it was says nothing of what it is."""
    asked = []

    def now(_client, node):
        asked.append(node.unique_id)
        return True

    monkeypatch.setattr("orchestration.transformation.gate.is_empty", now)
    nodes = [*NODES, Node("a", "test", "a", parents=("t",), passes_without_rows_of="t")]
    planner = Planner(
        Graph({node.unique_id: node for node in nodes}),
        "code",
        {"s": "1"},
        {},
        {("d", "t"): TableState("1", "1", is_empty=False)},
    )
    for node in nodes:
        planner.look_at(node)
    seen = []
    made = task(Gate(None, planner, pytest.fail, lambda: None, lambda *node: seen.append(node)))
    results = [made.call_runner(runner(name)).status for name in ("t", "a", "v", "a", "b")]
    assert results == ["success", "pass", "success", "pass", "success"]
    assert asked == ["t"]
    assert [name for name, _ in seen] == ["t", "a", "v", "a", "b"]


def test_only_a_table_that_counts_no_rows_is_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path))
    names = ("none", "one", "v", "gone")
    with connect() as client:
        client.command("create database d")
        for name, select in (("none", "select 1 as a where 0"), ("one", "select 1 as a")):
            client.command(f"create table d.{name} engine = MergeTree order by a as {select}")
        client.command("create view d.v as select 1 as a where 0")
        nodes = [Node(name, "model", name, "d", name) for name in names]
        found = [node.table for node in nodes if is_empty(client, node)]
    assert found == ["none"]
