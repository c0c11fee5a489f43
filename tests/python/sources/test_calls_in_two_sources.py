"""Calls that an agent's transcript and its gateway's log both hold: counted once, nothing lost."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

MODEL = "claude-sonnet-4-5-20250929"
USD_PER_TOKEN = {"input": Decimal("3") / 10**6, "output": Decimal("15") / 10**6}
SELECTION = ("fct_calls", "run_analytics", "mart_merged_calls", "mart_reported_costs")
SELECTION += ("fct_conversations", "daily_costs", "fct_tool_calls")
# Per session of the transcripts, whether the gateway logged its calls, and under which run.
SESSIONS = {"through-gateway": (4, "key-1"), "partly": (3, "key-2"), "direct": (2, None)}


def message_ids(session: str) -> list[str]:
    """Return the provider's ids of a session's answers."""
    return [f"msg_{session}_{number:04}" for number in range(SESSIONS[session][0])]


def transcript_lines(session: str) -> Iterator[dict[str, Any]]:
    """Write a session as Claude Code does: the prompt, then one line per answer."""
    line = {"sessionId": session, "cwd": "/src/shop", "version": "2.0.0"}
    yield line | {
        "type": "user",
        "uuid": f"{session}-prompt",
        "timestamp": "2026-03-01T09:59:00.000Z",
        "message": {"role": "user", "content": "Fix the basket."},
    }
    for number, message_id in enumerate(message_ids(session)):
        usage = {"input_tokens": 1000 + number, "output_tokens": 100}
        yield line | {
            "type": "assistant",
            "uuid": f"{session}-{number}",
            "requestId": f"req-{session}-{number}",
            "timestamp": f"2026-03-01T10:{number:02}:00.000Z",
            "message": {
                "id": message_id,
                "role": "assistant",
                "model": MODEL,
                "content": [],
                "usage": usage,
            },
        }


def gateway_calls() -> list[dict[str, Any]]:
    """Log the calls that went through the gateway, and some that no transcript knows."""
    calls = []
    for session, (_, run) in SESSIONS.items():
        for number, message_id in enumerate(message_ids(session)):
            if run is None or (session == "partly" and number == 0):
                continue
            # Every second call is billed; the gateway counts one output token more.
            cost = {"cost_usd": "0.0050"} if number % 2 else {}
            calls.append(
                cost
                | {
                    "call_id": message_id,
                    "run_id": run,
                    "called_at": f"2026-03-01T10:{number:02}:07Z",
                    "model": MODEL,
                    "provider": "anthropic",
                    "input_tokens": 1000 + number,
                    "output_tokens": 101,
                    "team_id": "checkout",
                    "conversation_id": f"talk-of-{run}",
                }
            )
    others = [("other-call-0001", "key-2"), ("other-call-0002", "key-3"), ("1", "key-3")]
    calls += [
        {
            "call_id": call_id,
            "run_id": run,
            "called_at": "2026-03-01T10:30:00Z",
            "model": MODEL,
            "provider": "anthropic",
            "input_tokens": 10,
            "output_tokens": 1,
        }
        for call_id, run in others
    ]
    return calls


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> Path:
    """Write both logs, each into a folder of its own."""
    folder = tmp_path_factory.mktemp("two_sources")
    for session in SESSIONS:
        path = folder / "transcripts" / "shop" / f"{session}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in transcript_lines(session)))
    gateway = folder / "gateway" / "calls.jsonl"
    gateway.parent.mkdir()
    gateway.write_text("".join(json.dumps(call) + "\n" for call in gateway_calls()))
    return folder


@pytest.fixture(scope="module")
def warehouse(logs, warehouses):
    """Return a warehouse of both, of which the gateway's log came first and was built alone."""
    from warehouses import Warehouse

    made = Warehouse(warehouses / "two_sources", logs)
    selection = ["--select", *(f"+{model}" for model in SELECTION)]
    made.load(logs / "gateway")
    made.build(*selection)
    before = made.rows("select count() as calls from marts.fct_calls")
    assert before == [{"calls": len(gateway_calls())}]
    made.load(logs / "transcripts")
    made.build(*selection)
    return made


def shared_ids() -> set[str]:
    """Return the answers that both logs hold."""
    own = {message_id for session in SESSIONS for message_id in message_ids(session)}
    return own & {call["call_id"] for call in gateway_calls()}


def test_every_call_is_counted_once(warehouse):
    """Kept and merged calls are all calls; what has no counterpart is kept."""
    [counts] = warehouse.rows(
        "select (select count() from conformed.int_calls__unioned) as logged, "
        "(select count() from marts.fct_calls) as kept, "
        "(select count() from marts.mart_merged_calls) as merged, "
        "(select sum(merged_call_count) from marts.fct_calls) as merged_into_others"
    )
    transcript_calls = sum(count for count, _ in SESSIONS.values())
    assert counts["logged"] == transcript_calls + len(gateway_calls())
    assert counts["merged"] == counts["merged_into_others"] == len(shared_ids()) == 6
    assert counts["kept"] == counts["logged"] - len(shared_ids())
    kept = {row["call_id"] for row in warehouse.rows("select call_id from marts.fct_calls")}
    expected = {
        f"claude_code:{session}/{message_id}"
        for session in SESSIONS
        for message_id in message_ids(session)
    }
    expected |= {
        f"generic:{call['run_id']}/{call['call_id']}"
        for call in gateway_calls()
        if call["call_id"] not in shared_ids()
    }
    assert kept == expected


def test_the_transcripts_calls_take_what_the_gateway_billed(warehouse):
    """A kept call has its own tokens and the gateway's bill and team; the mart shows both sides."""
    billed = {call["call_id"]: call for call in gateway_calls()}
    rows = warehouse.rows(
        "select *, splitByChar('/', call_id)[-1] as message_id from marts.fct_calls "
        "where source = 'claude_code'"
    )
    for row in rows:
        call = billed.get(row["message_id"], {})
        computed = (
            row["input_tokens"] * USD_PER_TOKEN["input"]
            + row["output_tokens"] * USD_PER_TOKEN["output"]
        )
        assert row["output_tokens"] == 100
        assert row["computed_cost_usd"] == computed
        reported = Decimal(call["cost_usd"]) if "cost_usd" in call else None
        assert row["cost_usd"] == (computed if reported is None else reported)
        assert row["cost_reported_by"] == ("" if reported is None else "generic")
        assert row["cost_difference_usd"] == (None if reported is None else reported - computed)
        assert row["team_id"] == call.get("team_id", row["team_id"])
    by_message = {row["message_id"]: row for row in rows}
    merged = warehouse.rows("select * from marts.mart_merged_calls")
    assert {row["matched_id"] for row in merged} == {f"response:{name}" for name in shared_ids()}
    for row in merged:
        kept = by_message[row["kept_call_id"].rsplit("/", 1)[-1]]
        assert (row["source"], row["kept_source"]) == ("generic", "claude_code")
        assert row["output_tokens_difference"] == -1
        assert row["input_tokens_difference"] == 0
        assert row["time_difference_ms"] == 7000
        assert row["is_cost_taken_over"] == (kept["cost_reported_by"] == "generic")
        assert row["kept_reason"].startswith("claude_code before generic: the transcript knows")


def test_a_run_of_which_every_call_was_merged_is_no_run_of_its_own(warehouse):
    """A gateway's run stays with the calls that only it knows, and goes without any."""
    runs = {
        row["run_id"]: row
        for row in warehouse.rows(
            "select run_id, call_count, total_cost_usd, team_id, primary_provider "
            "from marts.run_analytics"
        )
    }
    assert {run: row["call_count"] for run, row in runs.items()} == {
        **{f"claude_code:{session}": count for session, (count, _) in SESSIONS.items()},
        "generic:key-2": 1,
        "generic:key-3": 2,
    }
    assert runs["claude_code:through-gateway"]["team_id"] == "checkout"
    assert runs["claude_code:direct"]["team_id"] == ""
    totals = warehouse.rows(
        "select (select sum(cost_usd) from marts.fct_calls) as calls, "
        "(select sum(cost_usd) from marts.daily_costs) as days, "
        "(select sum(total_cost_usd) from marts.run_analytics) as runs"
    )
    assert len(set(totals[0].values())) == 1


def test_cost_differences_add_up(warehouse):
    """Calls with both costs, by who reported: what was reported minus what the prices say."""
    [row] = warehouse.rows("select * from marts.mart_reported_costs")
    calls = [
        (Decimal(call["cost_usd"]), call["input_tokens"])
        for call in gateway_calls()
        if "cost_usd" in call
    ]
    computed = sum(
        tokens * USD_PER_TOKEN["input"] + 100 * USD_PER_TOKEN["output"] for _, tokens in calls
    )
    reported = sum(cost for cost, _ in calls)
    assert row["source"] == "generic"
    assert row["call_count"] == row["differing_call_count"] == len(calls) == 3
    assert row["reported_cost_usd"] == reported
    assert row["computed_cost_usd"] == computed
    assert row["cost_difference_usd"] == reported - computed
    assert row["reported_to_computed_ratio"] == pytest.approx(float(reported / computed))


def test_conversations_are_known_from_calls(warehouse):
    """R082: what the gateway calls a conversation is one, with the calls that are kept.

    A call that does not say is part of the conversation that its run is part of.
    """
    rows = warehouse.rows(
        "select conversation_id, call_count, team_id, message_count from marts.fct_conversations "
        "order by conversation_id"
    )
    assert rows == [
        {
            "conversation_id": "generic:talk-of-key-1",
            "call_count": 4,
            "team_id": "checkout",
            "message_count": None,
        },
        {
            "conversation_id": "generic:talk-of-key-2",
            "call_count": 4,
            "team_id": "checkout",
            "message_count": None,
        },
    ]
