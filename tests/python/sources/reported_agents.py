"""Coding agents' logs and spreadsheets after public reports of wrong counts; as reported_spans."""

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

from backports import zstd

from sources.claude_sessions import Session, usage
from sources.codex_threads import Thread
from sources.reported_spans import Calls, call
from sources.tool_logs import iso, write

__all__ = ["CASES"]

START_MS = 1_788_256_800_000


def claude_terms(folder: Path) -> Calls:
    """Buy in fast mode and in a region; count in the break-down alone; leave parts out as null."""
    session = Session(folder, "reported terms")
    session.prompt()
    for name, model, counts in (
        ("fast-us", "claude-opus-4-8", {"speed": "fast", "inference_geo": "us"}),
        ("hour", "claude-sonnet-4-6", {"cache_creation": {"ephemeral_1h_input_tokens": 1_000}}),
        (
            "nulls",
            "claude-sonnet-4-6",
            {
                "cache_creation": None,
                "server_tool_use": None,
                "service_tier": None,
                "speed": None,
                "inference_geo": None,
                "iterations": None,
            },
        ),
    ):
        session.answer(f"rep-{name}", usage(1_000, out=100, fresh=10) | counts, model=model)
    session.save()
    return {
        session.run: [
            # 2 x 1.1 x (10 x 5 + 1,000 x 0.5 + 100 x 25)
            call(1_010, 1_000, 0, 100, "0.00671"),
            # 10 x 3 + 1,000 x 0.3 + 1,000 x 6 + 100 x 15
            call(2_010, 1_000, 1_000, 100, "0.00783"),
            call(1_010, 1_000, 0, 100, "0.00183"),
        ]
    }


def claude_results_repeat_usage(folder: Path) -> Calls:
    """Repeat in the tool's result what a sub-agent used, as the client does."""
    session = Session(folder, "reported results")
    helper = session.agent_file("h1")
    session.prompt()
    session.answer("rep-main", usage(1_000, out=100, fresh=10))
    session.answer("rep-help", usage(2_000, out=100, fresh=10), file=helper)
    given = {"agentId": "h1", "totalTokens": 2_110, "usage": usage(2_000, out=100, fresh=10)}
    session.result("toolu_h1", toolUseResult=given)
    session.save()
    return {
        session.run: [call(1_010, 1_000, 0, 100, "0.00183")],
        f"{session.run}/h1": [call(2_010, 2_000, 0, 100, "0.00213")],
    }


def codex_packed_twin(folder: Path) -> Calls:
    """Pack a rollout, and leave the plain file of the same thread, which went on."""
    thread = Thread(folder, "reported twin").open()
    thread.turn("t1", "gpt-5.5")
    thread.count(1_000)
    path = thread.save()
    packed = path.with_name(f"{path.name}.zst")
    packed.write_bytes(zstd.compress(path.read_bytes()))
    thread.count(2_000)
    thread.save()
    # 1,000 x 5 + 1 x 30
    return {
        thread.run: [call(1_000, 0, 0, 1, "0.00503"), call(2_000, 0, 0, 1, "0.01003")],
    }


def opencode_second_version(folder: Path) -> Calls:
    """Fork in version 2, in a database that keeps what version 1 wrote (ccusage 1644, 1780)."""
    tokens = {"input": 100, "output": 40, "reasoning": 10, "cache": {"read": 900, "write": 0}}

    def message(minute: int, **more: Any) -> str:
        created = START_MS + minute * 60_000
        given = {
            "time": {"created": created, "completed": created + 1_000},
            "agent": "build",
            "model": {"id": "claude-sonnet-4-6", "providerID": "anthropic"},
            "tokens": tokens,
            "cost": 0,
            "content": [{"type": "text", "text": "x"}],
        }
        return json.dumps(given | more)

    first = json.loads(message(1)) | {"role": "assistant", "modelID": "claude-sonnet-4-6"}
    del first["content"], first["model"]
    first |= {"providerID": "anthropic", "tokens": tokens | {"total": 1_050}}
    path = folder / "opencode" / "opencode.db"
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as database:
        database.executescript(
            "create table session (id text, parent_id text, directory text);"
            "create table message (id text, session_id text, time_created integer, data text);"
            "create table session_v2 (id text, parent_id text, fork_session_id text,"
            " directory text);"
            "create table session_message (id text, session_id text, type text, seq integer,"
            " data text);"
            "insert into session_v2 values ('ses_rep', null, null, '/srv/shop'),"
            " ('ses_rep_fork', null, 'ses_rep', '/srv/shop');"
        )
        database.execute("insert into message values ('m1', 'ses_rep', 0, ?)", (json.dumps(first),))
        database.executemany(
            "insert into session_message values (?, ?, ?, ?, ?)",
            [
                ("m0", "ses_rep", "user", 0, json.dumps({"text": "hi"})),
                ("m1", "ses_rep", "assistant", 1, message(1)),
                ("m2", "ses_rep", "assistant", 2, message(2)),
                ("f1", "ses_rep_fork", "assistant", 1, message(1)),
                ("f2", "ses_rep_fork", "assistant", 2, message(2)),
                ("f3", "ses_rep_fork", "assistant", 3, message(3)),
                ("m3", "ses_rep", "idle", 3, "{}"),
            ],
        )
    database.close()
    # 100 x 3 + 900 x 0.3 + 50 x 15
    one = call(1_000, 900, 0, 50, "0.00132")
    return {"ses_rep": [one, one], "ses_rep_fork": [one]}


def gemini_checkpoints(folder: Path) -> Calls:
    """Write all messages again in a checkpoint, and go back: what was billed stays."""
    counts = {"input": 9_000, "output": 200, "cached": 6_000, "thoughts": 100, "tool": 0}

    def message(identity: str, minute: int) -> dict[str, Any]:
        given = {"id": identity, "timestamp": iso(minute), "type": "gemini", "content": "x"}
        return given | {"model": "gemini-2.5-flash", "tokens": counts | {"total": 9_300}}

    first, second, third = (message(f"g{n}", n) for n in (1, 2, 3))
    write(
        folder / "gemini/tmp/rep/chats/session-2026-05-28T22-00-rep.jsonl",
        {"sessionId": "gem-rep", "kind": "main", "projectHash": "h", "startTime": iso(0)},
        first,
        second,
        {"$set": {"messages": [first, second]}},
        {"$rewindTo": "g1"},
        {"$set": {"messages": [first]}},
        third,
    )
    # 3,000 x 0.3 + 6,000 x 0.03 + 300 x 2.5
    return {"gem-rep": [call(9_000, 6_000, 0, 300, "0.00183")] * 3}


NAMES = {
    "gpt-5.6-sol-fast": ("openai", "1.2"),
    "claude-opus-4-8-fast": ("anthropic", "1.5"),
    "claude-4.8-opus-high-thinking-fast": ("cursor", "1.5"),
    "grok-4-0709-fast": ("nobody", None),
    "anthropic/claude-opus-4.8-fast": ("openrouter", "1.5"),
    "anthropic/claude-sonnet-4.6:thinking": ("openrouter", "0.45"),
    "anthropic/claude-4.6-sonnet-20260217": ("openrouter", "0.45"),
    "claude-4.6-sonnet-thinking": ("cursor", "0.45"),
    "claude-4.5-haiku": ("cursor", "0.15"),
    "gpt-5.5-high": ("openai", "0.8"),
    "gpt-5.5(high)": ("openai", "0.8"),
    "models/gemini-2.5-flash": ("google", "0.055"),
    "publishers/google/models/gemini-2.5-flash": ("vertex_ai", "0.055"),
    "projects/p/locations/us/publishers/anthropic/models/claude-sonnet-4-6": ("vertex_ai", "0.45"),
    "arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-4-6": (
        "bedrock",
        "0.45",
    ),
    "azure/gpt-4o-2024-11-20": ("azure", "0.35"),
    "gpt-4o-2024-08-06@openai": ("openai", "0.35"),
    "openai:gpt-4o": ("", "0.35"),
    "anthropic:claude-sonnet-4-6": ("", "0.45"),
    "openai/gpt-4o:extended": ("openrouter", "0.35"),
    "GPT-4o": ("OpenAI", "0.35"),
    "claude-sonnet-4-6[1m]": ("anthropic", "0.45"),
    "claude-sonnet-4-6-thinking": ("anthropic", "0.45"),
    "google/gemini-2.5-flash": ("vercel_ai_gateway", "0.055"),
    "ft:gpt-4o-mini-2024-07-18:acme:shop:7p4lURel": ("openai", "0.042"),
}


def names(folder: Path) -> Calls:
    """Call models by what others make of their names: 100,000 tokens in, 10,000 out."""
    rows = [
        {
            "call_id": f"name-{number}",
            "run_id": f"reported-name-{number}",
            "workflow_id": "names",
            "called_at": "2026-09-10T10:00:00Z",
            "model": model,
            "provider": provider,
            "input_tokens": 100_000,
            "output_tokens": 10_000,
        }
        for number, (model, (provider, _)) in enumerate(NAMES.items())
    ]
    path = folder / "names.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return {
        f"reported-name-{number}": [call(100_000, 0, 0, 10_000, usd)]
        for number, (_, usd) in enumerate(NAMES.values())
    }


CASES = (
    claude_terms,
    claude_results_repeat_usage,
    codex_packed_twin,
    opencode_second_version,
    gemini_checkpoints,
    names,
)
