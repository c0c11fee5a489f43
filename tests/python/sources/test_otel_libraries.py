"""OpenTelemetry of every library and of coding agents: one warehouse, each case in its own run."""

import json
from decimal import Decimal

import pytest

from sources import agent_telemetry as agent
from sources.otel_libraries import LIBRARIES, record_library
from sources.otel_spans import Recorder, as_hex, price

BUILD = ("--select", "+mart_uncounted_records", "+int_runs", "+int_tool_calls", "+int_calls")
VARS = ("--vars", "{sources: [claude_code, codex, otel]}")
CLAUDE_COST = (3 * 3 + 4_000 * Decimal("0.3") + 200 * Decimal("3.75") + 100 * 15) / 1_000_000
SONNET = {"model": "claude-sonnet-4-5"}
CALLS = """
select
    calls.run_id as run_id, runs.project as project, splitByChar('/', call_id)[-1] as span_id,
    input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,
    reasoning_tokens, reported_cost_usd, cost_usd, cost_source, calls.is_error as is_error,
    is_billable, duration_ms, is_run_level, step_name
from intermediate.int_calls as calls
left join intermediate.int_runs as runs on calls.run_id = runs.run_id
order by called_at
"""


def agent_documents() -> list[dict]:
    """Return what coding agents sent, in sessions that each show one thing."""
    day = agent.DAY_NS // 10**9
    first = {"request_id": "req_1", "cost_usd": 0.25}
    return [
        # The same request in an event, sent twice, and in a span; another one that failed.
        agent.logs([agent.call_event("both", 1, **first), agent.call_event("both", 1, **first)]),
        agent.spans([agent.request_span("both", 1, request_id="req_1")]),
        agent.logs(
            [
                agent.call_event(
                    "both",
                    2,
                    **{"event.name": "api_error", "error": "overloaded", "status_code": "529"}
                    | dict.fromkeys(agent.TOKENS, 0),
                )
            ]
        ),
        # Counters of a session that has events, and of one that has none.
        agent.counter("claude_code.cost.usage", [(5, 0.25, SONNET | {"session.id": "both"})]),
        agent.counter(
            "claude_code.token.usage",
            [
                (5, 3, SONNET | {"session.id": "counted", "type": "input"}),
                (6, 100, SONNET | {"session.id": "counted", "type": "output"}),
                (6, 4_000, SONNET | {"session.id": "counted", "type": "cacheRead"}),
                (6, 200, SONNET | {"session.id": "counted", "type": "cacheCreation"}),
            ],
        ),
        # A session whose transcript is there too.
        agent.logs(
            [agent.call_event("transcribed", 10, request_id="req_transcribed", cost_usd=0.5)]
        ),
        # Sums since a start, over midnight: 0.5, then 0.75 more.
        agent.counter(
            "claude_code.cost.usage",
            [
                (60, 0.25, SONNET | {"session.id": "summed"}),
                (120, 0.5, SONNET | {"session.id": "summed"}),
                (day, 1.25, SONNET | {"session.id": "summed"}),
            ],
            since_ns=agent.START_NS,
        ),
        # Without a session: of a day that has events, of the day after tomorrow, of another user.
        agent.counter("claude_code.cost.usage", [(7, 0.25, SONNET), (2 * day, 0.125, SONNET)]),
        agent.logs([agent.call_event("known", 3, **{"user.id": "u1", "cost_usd": 1.5})]),
        agent.counter(
            "claude_code.cost.usage",
            [(8, 1.5, SONNET | {"user.id": "u1"}), (3 * day, 2.5, SONNET | {"user.id": "u2"})],
        ),
        agent.logs([agent.call_event("known", 3 * day, **{"user.id": "u1", "cost_usd": 3.5})]),
        agent.logs(
            [
                agent.codex_event("codex", 1, "response.created"),
                agent.codex_event(
                    "codex",
                    2,
                    "response.completed",
                    input_token_count="1000",
                    cached_token_count=600,
                    output_token_count="40",
                    reasoning_token_count=30,
                    # Its name for the total.
                    tool_token_count="1040",
                ),
            ],
            scope="codex_otel",
        ),
    ]


def transcript() -> dict:
    """Return the line of an answer that Claude Code's telemetry has too."""
    usage = {"input_tokens": 3, "output_tokens": 100, "cache_read_input_tokens": 4_000}
    return {
        "type": "assistant",
        "sessionId": "transcribed",
        "uuid": "line-1",
        "requestId": "req_transcribed",
        "timestamp": "2026-09-21T01:00:10.000Z",
        "message": {
            "id": "msg_transcribed",
            "role": "assistant",
            "model": "claude-sonnet-4-5",
            "content": [],
            "usage": usage | {"cache_creation_input_tokens": 200},
        },
    }


def unknown_documents() -> list[dict]:
    """Return spans of a library whose names nobody knows, and of the application."""
    unknown = Recorder("unknown", "acme.llm", "2.0")
    with unknown.span("ask", {"acme.tokens.in": 12}), unknown.span("ask", {"acme.tokens.in": 1}):
        pass
    return [unknown.document()]


@pytest.fixture(scope="module")
def recorders():
    return {name: record_library(name) for name in LIBRARIES}


@pytest.fixture(scope="module")
def loaded(recorders, tmp_path_factory, make_warehouse):
    """Load all signals mixed in one file, as a collector writes that has one exporter."""
    logs = tmp_path_factory.mktemp("otel_libraries")
    found = [as_hex(recorder.document()) for recorder in recorders.values()]
    found += [*agent_documents(), *map(as_hex, unknown_documents())]
    (logs / "collector.jsonl").write_text("\n".join(map(json.dumps, found)))
    (logs / "transcribed.jsonl").write_text(json.dumps(transcript()))
    return make_warehouse("otel_libraries", logs, *BUILD, *VARS)


@pytest.fixture(scope="module")
def calls(loaded):
    return loaded.rows(CALLS)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_librarys_call_is_what_its_counters_mean(library, recorders, calls):
    """R003: tokens, cached tokens and cost of each library's own names."""
    rows = {row["span_id"]: row for row in calls if row["project"] == library}
    expected = {call.span_id: call for call in recorders[library].expected}
    assert rows.keys() == expected.keys()
    for span_id, call in expected.items():
        row = rows[span_id]
        assert (
            row["input_tokens"],
            row["cache_read_tokens"],
            row["cache_write_5m_tokens"],
            row["output_tokens"],
        ) == (
            call.input_tokens,
            call.cache_read_tokens,
            call.cache_write_tokens,
            call.output_tokens,
        )
        if call.reasoning_tokens is not None:
            assert row["reasoning_tokens"] == call.reasoning_tokens
        if call.input_tokens is None and call.cost_usd is None:
            assert (row["cost_usd"], row["cost_source"]) == (None, "missing")
        else:
            assert row["cost_usd"] == price(call)


def session(calls, name):
    return [row for row in calls if row["run_id"] == f"otel:{name}"]


def test_an_event_and_a_span_of_a_request_are_one_call(calls):
    """The client's estimate comes with the event; a failed try is a call that costs nothing."""
    call, failed = session(calls, "both")
    assert (call["input_tokens"], call["output_tokens"]) == (4_203, 100)
    assert (call["cost_usd"], call["cost_source"]) == (Decimal("0.25"), "reported")
    assert (failed["is_error"], failed["is_billable"]) == (True, False)


def test_counters_count_where_nothing_else_tells(calls):
    [counted] = session(calls, "counted")
    assert (counted["input_tokens"], counted["cache_read_tokens"]) == (4_203, 4_000)
    assert counted["cost_usd"] == CLAUDE_COST
    assert counted["is_run_level"] and counted["duration_ms"] is None
    assert [row["cost_usd"] for row in session(calls, "summed")] == [
        Decimal("0.5"),
        Decimal("0.75"),
    ]
    without_session = [row for row in calls if row["run_id"].startswith("otel:metrics/")]
    assert [row["cost_usd"] for row in without_session] == [Decimal("0.125"), Decimal("2.5")]


def test_telemetry_and_transcript_of_a_request_are_one_call(calls):
    """The transcript has no cost: it takes the client's estimate from the event."""
    assert session(calls, "transcribed") == []
    [call] = [row for row in calls if row["run_id"] == "claude_code:transcribed"]
    assert (call["input_tokens"], call["cost_usd"]) == (4_203, Decimal("0.5"))


def test_codex_counts_cached_tokens_in_the_input(calls):
    [call] = session(calls, "codex")
    assert (call["input_tokens"], call["cache_read_tokens"]) == (1_000, 600)
    assert (call["output_tokens"], call["reasoning_tokens"]) == (40, 30)


def test_sessions_and_agents_are_runs(loaded):
    rows = loaded.rows("select source_run_id, workflow_id, status from intermediate.int_runs")
    runs = {row["source_run_id"]: (row["workflow_id"], row["status"]) for row in rows}
    assert runs["both"][1] == "completed"
    assert runs["codex"] == ("claude-code", "completed")
    assert ("support", "completed") in runs.values(), "named for the function"
    assert loaded.rows("select tool_name from conformed.int_tool_calls order by 1") == [
        {"tool_name": "find"},
        {"tool_name": "t"},
        {"tool_name": "web_search"},
    ]


def test_what_was_loaded_and_counts_nowhere_is_said(loaded):
    rows = loaded.rows(
        "select name, record_count, finding from marts.mart_uncounted_records "
        "where hinting_count > 0"
    )
    assert rows == [
        {
            "name": "acme.llm",
            "record_count": 2,
            "finding": "2 spans of scope acme.llm carried no usage that is known",
        }
    ]


def test_a_late_event_takes_the_place_of_its_days_counter(loaded, tmp_path):
    """Counters without a session give way when events of their day arrive."""
    event = agent.call_event("late", 2 * agent.DAY_NS // 10**9 + 5, cost_usd=0.125)
    (tmp_path / "late.jsonl").write_text(json.dumps(agent.logs([event])))
    loaded.load(tmp_path)
    loaded.build(*BUILD, *VARS)
    calls = loaded.rows(CALLS)
    assert [row["cost_usd"] for row in session(calls, "late")] == [Decimal("0.125")]
    left = [row["cost_usd"] for row in calls if row["run_id"].startswith("otel:metrics/")]
    assert left == [Decimal("2.5")], "another user's"
