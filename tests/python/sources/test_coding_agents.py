"""What Claude Code and Codex log of a call besides its tokens, and what they print."""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sources.claude_sessions import Session, usage
from sources.codex_threads import Thread
from warehouses import Warehouse

SOURCES = ("--vars", "{sources: [claude_code, codex, otel]}")
SELECTION = ("--select", "+fct_calls", "+int_runs")
PRINTED_AT = datetime(2026, 8, 20, 12, tzinfo=UTC)
# The first half is the time, in milliseconds since 1970: 2026-08-21 10:00.
EXEC_THREAD = f"{int(datetime(2026, 8, 21, 10, tzinfo=UTC).timestamp() * 1000):012x}"
EXEC_THREAD = f"{EXEC_THREAD[:8]}-{EXEC_THREAD[8:]}-7000-8000-00000000e001"


def terms(folder: Path) -> Session:
    """Write answers that were bought on different terms, each with reads of its own."""
    session = Session(folder, "terms")
    session.prompt()
    searched = {"server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 1}}
    session.answer("m-t-1", usage(1, speed="fast", service_tier="standard"))
    session.answer("m-t-2", usage(2, inference_geo="us", service_tier="batch"))
    session.answer("m-t-3", usage(3, inference_geo="not_available", **searched))
    split = {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30}
    session.answer("m-t-4", usage(4, cache_creation=split))
    session.answer("m-t-5", usage(5, wrote=60, cache_creation=split))
    session.answer("m-t-6", usage(6, wrote=60))
    session.answer("m-t-7", None)
    session.answer("m-t-8", usage(8), costUSD=0.0125, durationMs=1500)
    session.answer("m-t-9", usage(0, out=0, fresh=0), model="<synthetic>")
    session.answer("m-t-10", usage(10), model="us.anthropic.claude-opus-4-8")
    advice = {"type": "advisor_message", "model": "claude-opus-4-8"} | usage(12, out=70)
    session.answer("m-t-11", usage(11, iterations=[{"type": "message"} | usage(11), advice]))
    session.answer("m-t-11", usage(11, iterations=[]))
    # A history that was summarised first; a client that counts the summary with the answer.
    summary = {"type": "compaction"} | usage(15, out=30)
    for number, out in ((13, 7), (14, 37)):
        answer = {"type": "message"} | usage(number)
        session.answer(f"m-t-{number}", usage(number, out=out, iterations=[summary, answer]))
    session.save()
    return session


def agents(folder: Path) -> Session:
    """Write a session with sub-agents whose types stand in different places."""
    session = Session(folder, "agents")
    session.prompt()
    tools = [
        {"type": "tool_use", "id": f"toolu_{kind}", "name": "Agent", "input": asked}
        for kind, asked in (("known", {"subagent_type": "Plan"}), ("stated", {}))
    ]
    session.answer("m-a-0", usage(20), content=tools)
    for place, (agent, below) in enumerate(
        (
            ("described", ""),
            ("known", ""),
            ("stated", ""),
            ("journaled", "workflows/run1"),
            ("nested", "agent-known/subagents"),
            ("aside_question-1", ""),
        ),
        start=1,
    ):
        file = session.agent_file(agent, below)
        session.prompt("Look", file=file)
        session.answer(f"m-a-{place}", usage(20 + place), file=file)
    session.result("toolu_known", toolUseResult={"agentId": "known"})
    session.result("toolu_stated", toolUseResult={"agentId": "stated", "agentType": "Test"})
    session.save()
    meta = session.agent_file("described").with_suffix(".meta.json")
    meta.write_text(json.dumps({"agentType": "Explore", "description": "Look"}))
    journal = session.agent_file("journaled", "workflows/run1").with_name("journal.jsonl")
    lines = [
        {"type": "launched"},
        {"type": "started", "key": "k", "agentId": "journaled", "label": "build:T1:r1"},
        {"type": "result", "key": "k", "agentId": "journaled", "result": "x"},
    ]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return session


def printed(folder: Path) -> dict[str, str]:
    """Write what `claude -p` prints: as a stream, cut short, as one object, as a transcript too."""
    ids = {name: Session(folder, name).id for name in ("stream", "cut", "object")}
    session = Session(folder, "printed twice")
    session.prompt()
    session.answer("m-p-1", usage(41))
    session.save()
    ids["transcript"] = session.id

    def lines_of(session_id: str, *messages: tuple[str, int]) -> list[dict[str, Any]]:
        first = {"type": "system", "subtype": "init", "cwd": "/srv/printed", "tools": []}
        rest = [
            {"type": "assistant", "message": body, "parent_tool_use_id": None}
            for name, read in messages
            for body in [{"id": name, "model": "claude-opus-4-8", "usage": usage(read, out=1)}]
        ]
        return [
            line | {"session_id": session_id, "uuid": f"{session_id}-{number}"}
            for number, line in enumerate([first, *rest])
        ]

    def result_of(session_id: str, cost: float) -> dict[str, Any]:
        model = {"inputTokens": 500, "outputTokens": 90, "cacheReadInputTokens": 31}
        model |= {"cacheCreationInputTokens": 0, "webSearchRequests": 2, "costUSD": cost}
        result = {"type": "result", "subtype": "success", "is_error": False, "duration_ms": 4000}
        result |= {"session_id": session_id, "uuid": f"{session_id}-end", "total_cost_usd": cost}
        return result | {"modelUsage": {"claude-opus-4-8": model}}

    stream = [*lines_of(ids["stream"], ("m-p-2", 31), ("m-p-3", 32))]
    stream.append(result_of(ids["stream"], 0.02) | {"uuid": "earlier"})
    stream.append(result_of(ids["stream"], 0.05))
    files = {
        "stream.jsonl": stream,
        "cut.jsonl": lines_of(ids["cut"], ("m-p-4", 33)),
        "object.json": [result_of(ids["object"], 0.07)],
        "twice.jsonl": [
            *lines_of(ids["transcript"], ("m-p-1", 41)),
            result_of(ids["transcript"], 0.09),
        ],
    }
    for name, lines in files.items():
        path = folder / "printed" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        os.utime(path, (PRINTED_AT.timestamp(), PRINTED_AT.timestamp()))
    return ids


def codex(folder: Path) -> dict[str, Thread]:
    """Write threads with tiers, cache writes, a review, and a rollout that is written again."""
    tiers = Thread(folder, "tiers").open()
    tiers.turn("t1", "gpt-5.5")
    tiers.count(51)
    tiers.settings(service_tier="fast", model_provider_id="openai")
    tiers.count(52)
    tiers.settings(service_tier="flex")
    tiers.count(53)
    tiers.settings(model="gpt-5.5")
    tiers.count(54)
    own = {"input_tokens": 900, "cached_input_tokens": 200, "cache_write_input_tokens": 300}
    own |= {"output_tokens": 5, "reasoning_output_tokens": 2, "total_tokens": 905}
    info = {"total_token_usage": own, "last_token_usage": own}
    tiers.turn("t2", "gpt-5.6-sol")
    tiers.write("event_msg", {"type": "token_count", "info": info})
    tiers.save()

    source = {"source": {"subagent": {"other": "guardian"}}, "thread_source": "guardian_review"}
    review = Thread(folder, "review", **source, session_id=tiers.id).open(3)
    review.turn("g1", "codex-auto-review")
    review.count(61)
    review.save()

    rewritten = Thread(folder, "rewritten").open()
    rewritten.turn("t1")
    rewritten.count(71)
    rewritten.save()
    lines = [
        {"type": "thread.started", "thread_id": EXEC_THREAD},
        {"type": "turn.completed", "usage": {"input_tokens": 81, "output_tokens": 1}},
        {"type": "turn.completed", "usage": {"input_tokens": 181, "output_tokens": 3}},
    ]
    # The same thread as a rollout's, which tells each call.
    twice = [lines[0] | {"thread_id": tiers.id}, *lines[1:]]
    for name, printed_lines in (("exec", lines), ("twice", twice)):
        path = folder / "exec" / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in printed_lines))
    return {"tiers": tiers, "review": review, "rewritten": rewritten}


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """Write all of them."""
    folder = tmp_path_factory.mktemp("coding_agents")
    written = {"terms": terms(folder), "agents": agents(folder), "printed": printed(folder)}
    return folder, written | codex(folder)


@pytest.fixture(scope="module")
def warehouse(logs, warehouses) -> Warehouse:
    """Return a warehouse of them, in which a rollout was written again after a first build."""
    folder, written = logs
    made = Warehouse(warehouses / "coding_agents", folder)
    made.load()
    made.build(*SELECTION, *SOURCES)
    thread = written["rewritten"]
    thread.lines = thread.lines[:2]
    thread.total = {}
    thread.count(72)
    path = thread.save()
    made.load(path)
    made.build(*SELECTION, *SOURCES)
    return made


@pytest.fixture(scope="module")
def calls(warehouse) -> dict[int, dict[str, Any]]:
    """Return the calls by what names them: cache reads, or for Codex the input."""
    rows = warehouse.rows(
        "select *, if(source = 'codex', input_tokens, cache_read_tokens) as name "
        "from marts.fct_calls"
    )
    return {row["name"]: row for row in rows}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (1, {"service_tier": "fast", "region": "", "call_kind": "agent"}),
        (2, {"service_tier": "batch", "region": "us"}),
        (3, {"region": "", "usage_units": {"web_search": Decimal(3)}}),
        (4, {"cache_write_5m_tokens": 20, "cache_write_1h_tokens": 30, "usage_units": {}}),
        (5, {"cache_write_5m_tokens": 30, "cache_write_1h_tokens": 30}),
        (6, {"cache_write_5m_tokens": 60, "cache_write_1h_tokens": 0}),
        (None, {"input_tokens": None, "output_tokens": None, "cost_source": "missing"}),
        (
            8,
            {
                "reported_cost_usd": Decimal("0.0125"),
                "cost_source": "reported",
                "duration_ms": 1500,
            },
        ),
        (10, {"provider": "bedrock"}),
        (11, {"model": "claude-sonnet-4-6", "provider": "anthropic"}),
        (12, {"model": "claude-opus-4-8", "call_kind": "advisor", "output_tokens": 70}),
        (13, {"output_tokens": 7}),
        (14, {"output_tokens": 37}),
        (15, {"model": "claude-sonnet-4-6", "call_kind": "compaction", "output_tokens": 30}),
        (51, {"service_tier": "", "model": "gpt-5.5"}),
        (52, {"service_tier": "priority"}),
        (53, {"service_tier": "flex"}),
        (54, {"service_tier": ""}),
        (
            900,
            {
                "model": "gpt-5.6-sol",
                "uncached_input_tokens": 400,
                "cache_read_tokens": 200,
                "cache_write_5m_tokens": 300,
                "reasoning_tokens": 2,
            },
        ),
        (61, {"model": "codex-auto-review", "cost_source": "computed"}),
        (72, {"model": "gpt-5.2-codex"}),
        (81, {"model": "", "output_tokens": 1, "cost_source": "missing"}),
        (100, {"model": "", "output_tokens": 2, "call_kind": "turn"}),
        (33, {"cost_source": "computed", "output_tokens": 1}),
        (41, {"cost_source": "computed", "output_tokens": 7}),
    ],
)
def test_a_call_has_what_its_log_says(calls, name, expected):
    """K16: terms, units, cost and counts as logged; what is not logged is not known."""
    assert {column: calls[name][column] for column in expected} == expected


def test_nothing_else_is_a_call(calls, warehouse):
    """A rewritten rollout replaces what it held; what a transcript has counts there alone."""
    [row] = warehouse.rows(
        "select count() as calls, sum(logged_call_count) as logged from marts.fct_calls"
    )
    # One is the client's own message; two are what models cost in all, of which one made two calls.
    assert row == {"calls": 14 + 7 + 4 + 8 + 1 + 1, "logged": 14 + 7 + 4 + 8 + 1 + 1 + 1}
    assert 71 not in calls


def test_what_was_printed_is_reported_cost(logs, warehouse):
    """The result of `claude -p` counts all its process did; its file says when."""
    ids = logs[1]["printed"]
    rows = {
        row["run_id"].removeprefix("claude_code:"): row
        for row in warehouse.rows("select * from marts.fct_calls where is_run_level")
    }
    assert set(rows) == {ids["stream"], ids["object"]}
    for name, cost, count in (("stream", "0.05", 2), ("object", "0.07", 1)):
        row = rows[ids[name]]
        assert row["cost_source"] == "reported"
        assert row["cost_usd"] == Decimal(cost)
        assert row["logged_call_count"] == count
        assert row["input_tokens"] == 531
        assert row["called_at"].replace(tzinfo=UTC) == PRINTED_AT
    runs = warehouse.rows("select run_id, project from intermediate.int_runs")
    projects = {row["run_id"].removeprefix("claude_code:"): row["project"] for row in runs}
    assert projects[ids["stream"]] == projects[ids["cut"]] == "printed"
    assert projects[ids["transcript"]] == "shop"


def test_agents_are_known_by_their_type_and_place(logs, warehouse):
    """Types lie next to the file, in the journal, in the tool call or in its answer."""
    session, review = logs[1]["agents"], logs[1]["review"]
    rows = {
        row["source_run_id"].removeprefix(session.id).removeprefix("/"): row
        for row in warehouse.rows("select * from intermediate.int_runs")
    }
    types = {
        "described": "Explore",
        "known": "Plan",
        "stated": "Test",
        "journaled": "build",
        "nested": "sub-agent",
        "aside_question-1": "aside_question",
    }
    for agent, kind in types.items():
        assert rows[agent]["workflow_id"] == f"shop:{kind}", agent
        parent = session.run if agent != "nested" else f"{session.run}/known"
        assert (rows[agent]["parent_run_id"], rows[agent]["depth"]) == (
            parent,
            1 + (agent == "nested"),
        )
    found = rows[review.id]
    assert (found["workflow_id"], found["parent_run_id"]) == ("tool:guardian", logs[1]["tiers"].run)


def test_a_printed_thread_is_dated_by_its_id(warehouse):
    [row] = warehouse.rows(
        "select started_at, status, origin from intermediate.int_runs "
        f"where source_run_id = '{EXEC_THREAD}'"
    )
    assert str(row["started_at"]).startswith("2026-08-21 10:00:00")
    assert (row["status"], row["origin"]) == ("completed", "exec")
