"""Cascade logs as documents A and B describe them, where a log says less or says it elsewhere.

All of it shares one warehouse; each behaviour has a cascade of its own.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat()


def session(session_id: str, cascade: str, start=0, end: float | None = 10, **more) -> dict:
    row = {"session_id": session_id, "cascade_id": cascade, "created_at": at(start)}
    ended = {"completed_at": at(end)} if end is not None else {}
    return row | ended | {"status": "completed"} | more


def log(session_id: str, message_id: str, second=1.0, **more) -> dict:
    row = {"session_id": session_id, "message_id": message_id, "timestamp": at(second)}
    call = {"cell_name": "draft", "node_type": "agent", "model": "gpt-4o", "cost": 0.01}
    return row | call | {"tokens_in": 10, "tokens_out": 5} | more


def without(row: dict, *names: str) -> dict:
    return {name: value for name, value in row.items() if name not in names}


SESSIONS = [
    session("tools", "with_tools"),
    session("no_end", "ends", end=None),
    session("failed_no_end", "ends", end=None, status="failed"),
    session("runs_on", "ends", end=None, status="running"),
    session("backward", "ends", start=10, end=0),
    session("origin_text", "origins", invocation_metadata='{"origin": "cli"}'),
    session("origin_object", "origins", invocation_metadata={"origin": "ui"}),
    session("own_parent", "parents", parent_session_id="own_parent"),
    session("chosen", "contests"),
    session("open", "contests"),
    session("no_times", "times"),
]
LOGS = [
    log("tools", "t1"),
    without(log("tools", "t2", node_type="tool", tool_name="search", cost=0.5), "model"),
    without(log("tools", "t3", node_type="evaluator", cost=0, evaluator_score=0.75), "model"),
    without(log("tools", "t4", node_type="tool", tool_name="read"), "model", "cost")
    | {"tokens_in": 0, "tokens_out": 0},
    *(log(name, f"{name}1", 7) for name in ("no_end", "failed_no_end", "runs_on")),
    log("backward", "b1", 14),
    *(log(name, f"{name}1") for name in ("origin_text", "origin_object", "own_parent")),
    *(
        log("chosen", f"c{k}", node_type="sounding_attempt", candidate_index=k, cost=cost)
        for k, cost in enumerate((0.1, 0.2, 0.6))
    ),
    without(
        log("chosen", "c9", 3, node_type="evaluator", candidate_index=1, is_winner=True, cost=0.05),
        "model",
    ),
    *(
        log("open", f"o{k}", node_type="sounding_attempt", candidate_index=k, evaluator_score=0.5)
        for k in (0, 1)
    ),
    without(log("no_times", "n1"), "timestamp"),
]
# As the documents' own queries read them: no message ids, no prompt ids, no more columns than that.
BARE_LOGS = [
    {
        "session_id": "bare",
        "cascade_id": "bare_cascade",
        "cell_name": "c",
        "model": model,
        "cost": cost,
        "evaluator_score": score,
        "node_type": "sounding_attempt",
        "species_hash": "bare_species",
    }
    for model, cost, score in (("gpt-4o", 0.02, 0.5), ("gpt-4o-mini", 0.01, 0.5))
]
BARE_SESSIONS = [{"session_id": "bare", "created_at": at(0), "input": '{"q": "why"}'}]
BARE_PROMPTS = [
    {
        "species_hash": "bare_species",
        "full_prompt_text": "Say it step by step.",
        "is_winner": True,
        "generation": 0,
    }
]


@pytest.fixture(scope="module")
def warehouse(warehouses, tmp_path_factory):
    from warehouses import Warehouse

    folder = tmp_path_factory.mktemp("cascade_documents")
    files = {
        "sessions": SESSIONS,
        "logs": LOGS,
        "bare_logs": BARE_LOGS,
        "bare_sessions": BARE_SESSIONS,
        "bare_prompts": BARE_PROMPTS,
    }
    for name, rows in files.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    made = Warehouse(warehouses / "cascade_documents", folder)
    made.load()
    read = ("cascade_analytics", "fct_calls", "model_pareto", "stg_cascade__prompts")
    selection = ("--select", *(f"+{model}" for model in read))
    made.build(*selection)
    return made


def run_of(warehouse, session_id: str) -> dict:
    [row] = warehouse.rows(
        f"select * from marts.cascade_analytics where session_id = '{session_id}'"
    )
    return row


def test_r003_rows_without_a_model_count(warehouse):
    """R003, R034: a tool's cost and an evaluator's score belong to the run."""
    row = run_of(warehouse, "tools")
    assert float(row["total_cost"]) == pytest.approx(0.51)
    assert (row["total_tokens_in"], row["message_count"]) == (30, 3)
    assert row["evaluator_score"] == 0.75
    assert (list(row["models_used"]), row["model_switches"]) == (["gpt-4o"], 0)


@pytest.mark.parametrize(
    ("session_id", "seconds"), [("no_end", 7), ("failed_no_end", 7), ("backward", 4)]
)
def test_a_session_that_is_over_ends_with_its_last_log(warehouse, session_id, seconds):
    assert run_of(warehouse, session_id)["total_duration_ms"] == seconds * 1000


def test_a_session_that_runs_is_not_analysed(warehouse):
    found = warehouse.rows("select * from marts.cascade_analytics where session_id = 'runs_on'")
    assert found == []


def test_r023_the_origin_may_be_text(warehouse):
    """R023: `invocation_metadata` is an object, or JSON text of one."""
    assert run_of(warehouse, "origin_text")["origin"] == "cli"
    assert run_of(warehouse, "origin_object")["origin"] == "ui"


def test_nobody_is_their_own_parent(warehouse):
    row = run_of(warehouse, "own_parent")
    assert (row["parent_session_id"], row["child_session_count"]) == (None, 0)


def test_r034_a_winner_may_be_named_by_its_evaluator(warehouse):
    """R034: the evaluator's row names candidate 1; its own cost is nobody's."""
    row = run_of(warehouse, "chosen")
    assert row["winner_candidate_index"] == 1
    assert float(row["winner_cost"]) == pytest.approx(0.2)
    assert float(row["loser_avg_cost"]) == pytest.approx(0.35)
    assert float(row["total_cost"]) == pytest.approx(0.95)


def test_r034_where_nobody_won_nobody_lost(warehouse):
    """R034: without a winner there is neither a winner's nor a loser's cost."""
    row = run_of(warehouse, "open")
    assert (row["winner_candidate_index"], row["winner_cost"], row["loser_avg_cost"]) == (
        None,
        None,
        None,
    )


def test_a_log_without_a_time_counts_at_the_start_of_its_session(warehouse):
    [found] = warehouse.rows(
        "select called_at from marts.fct_calls where run_id = 'cascade:no_times'"
    )
    assert found["called_at"].replace(tzinfo=UTC) == NOON


def test_r106_the_documents_own_columns_are_enough(warehouse):
    """R106: files with only what the documents' queries read are known for what they are."""
    row = run_of(warehouse, "bare")
    assert (row["cascade_id"], row["candidate_count"]) == ("bare_cascade", 0)
    assert float(row["total_cost"]) == pytest.approx(0.03)
    [prompts] = warehouse.rows(
        "select count() as n from staging.stg_cascade__prompts where species_hash = 'bare_species'"
    )
    assert prompts == {"n": 1}


def test_r038_document_bs_own_pareto_query(warehouse):
    """R038: as good for less is better; rows are those of the document's query."""
    found = warehouse.rows(
        "select model, avg_cost, avg_quality, is_pareto from marts.model_pareto "
        "where species_hash = 'bare_species' order by model"
    )
    assert [(row["model"], row["is_pareto"]) for row in found] == [
        ("gpt-4o", False),
        ("gpt-4o-mini", True),
    ]
    assert [row["avg_cost"] for row in found] == pytest.approx([0.02, 0.01])
