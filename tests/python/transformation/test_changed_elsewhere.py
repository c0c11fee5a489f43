"""What other records say of a call or a run reaches it, though its own are not loaded again."""

import json

import pytest

from orchestration.loading import unload
from orchestration.prices.importing import import_prices
from orchestration.settings import built_layers
from orchestration.warehouse.client import connect

# A full refresh of all takes long: what reads these tables is compared elsewhere.
SELECTION = ("--select", "+fct_calls", "+focus_cost_and_usage", "+run_analytics", "+int_scope_runs")
ANSWERS = [f"msg_0000000000000{number}" for number in range(3)]


def call(run, number, **more):
    """Return a call of a model without a price."""
    return {
        "call_id": f"{run}-{number}",
        "run_id": run,
        "called_at": f"2026-03-01T1{number}:00:00Z",
        "model": "nova-1",
        "provider": "acme",
        "input_tokens": 1_000_000,
        "output_tokens": 10,
    } | more


def answer(number):
    """Return a line of a transcript."""
    return {
        "type": "assistant",
        "sessionId": "session-1",
        "uuid": f"line-{number}",
        "requestId": f"req-{number}",
        "timestamp": f"2026-03-02T10:{number:02}:00.000Z",
        "message": {
            "id": ANSWERS[number],
            "role": "assistant",
            "model": "claude-sonnet-4-5-20250929",
            "content": [],
            "usage": {"input_tokens": 1000, "output_tokens": 100},
        },
    }


def run(run_id, **more):
    """Return a run with a price of its own."""
    return {
        "run_id": run_id,
        "workflow_id": "w",
        "model": "gpt-4o",
        "ended_at": "2026-03-01T09:00:00Z",
        "input_tokens": 100,
        "output_tokens": 10,
        "duration_ms": 5,
    } | more


@pytest.fixture(scope="module")
def story(empty_warehouse):
    """Return a warehouse, a function that loads rows and builds, and one that compares."""
    warehouse = empty_warehouse("changed_elsewhere")

    def load(name, rows):
        path = warehouse.logs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        warehouse.load(path)
        warehouse.build(*SELECTION)
        return path

    def compare():
        found = warehouse.contents(*built_layers())
        warehouse.build(*SELECTION, "--full-refresh")
        for table, rows in warehouse.contents(*built_layers()).items():
            assert found[table] == rows, table

    load("calls/calls.jsonl", [call("r1", 0), call("r1", 1), call("r2", 0)])
    load("runs/runs.jsonl", [run("parent"), run("stranger")])
    return warehouse, load, compare


def costs(warehouse):
    """Return what each run's calls cost."""
    rows = warehouse.rows(
        "select run_id, sum(cost_usd) as cost, count() as calls from marts.fct_calls "
        "group by run_id"
    )
    return {row["run_id"].rpartition(":")[2]: (row["cost"], row["calls"]) for row in rows}


def test_a_price_that_comes_later(story, tmp_path):
    warehouse, _, _ = story
    assert costs(warehouse)["r1"] == (None, 2)
    book = {"acme/nova-1": {"litellm_provider": "acme", "input_cost_per_token": 1e-06}}
    (tmp_path / "prices.json").write_text(json.dumps(book))
    with warehouse.selected(), connect() as client:
        import_prices(client, tmp_path / "prices.json")
    warehouse.build(*SELECTION)
    assert costs(warehouse)["r1"] == (2, 2)
    [total] = warehouse.rows("select sum(BilledCost) as usd from marts.focus_cost_and_usage")
    [facts] = warehouse.rows("select sum(cost_usd) as usd from marts.fct_calls")
    assert total == facts


def test_sub_runs_that_come_and_go(story):
    """The parent's own records stay as they are."""
    warehouse, load, _ = story
    children = "select child_run_count as n from intermediate.int_runs where run_id like '%:parent'"
    path = load("children/child.jsonl", [run("child", parent_run_id="parent")])
    assert warehouse.rows(children) == [{"n": 1}]
    more = load("children/more.jsonl", [run("other", parent_run_id="parent")])
    assert warehouse.rows(children) == [{"n": 2}]
    with warehouse.selected():
        unload([more])
    warehouse.build(*SELECTION)
    assert warehouse.rows(children) == [{"n": 1}]
    assert path.exists()


def test_calls_that_are_merged_and_parted_again(story):
    """A transcript holds what a gateway logged: the gateway's run goes, and comes back later."""
    warehouse, load, compare = story
    gateway = [
        call("key-1", number, call_id=ANSWERS[number], called_at=f"2026-03-02T10:{number:02}:05Z")
        for number in range(2)
    ]
    load("gateway/calls.jsonl", [*gateway, call("key-2", 0, parent_run_id="key-1")])
    assert costs(warehouse)["key-1"][1] == 2
    transcript = load("transcripts/shop/session-1.jsonl", [answer(number) for number in range(3)])
    assert "key-1" not in costs(warehouse)
    assert costs(warehouse)["session-1"][1] == 3
    compare()
    with warehouse.selected():
        unload([transcript])
    warehouse.build(*SELECTION)
    assert costs(warehouse)["key-1"][1] == 2
    assert "session-1" not in costs(warehouse)
    compare()
