"""Logs of further tools that are translated; as in ``tool_logs``."""

import json
import sqlite3
from pathlib import Path

from sources.tool_logs import START_MS, iso, write

__all__ = ["WRITERS"]

OPUS = "claude-opus-4-5"


def _pi(folder: Path) -> list:
    def entry(kind, identity, minute, **more):
        return {"type": kind, "id": identity, "parentId": None, "timestamp": iso(minute), **more}

    def answer(identity, minute, cost, response):
        usage = {"input": 10, "output": 300, "cacheRead": 8000, "cacheWrite": 100}
        message = {
            "role": "assistant",
            "provider": "anthropic",
            "model": OPUS,
            "responseId": response,
            "usage": usage | {"totalTokens": 8410, "cost": {"total": cost}},
            "stopReason": "stop",
            "content": [{"type": "toolCall", "id": f"c-{identity}", "name": "read"}],
        }
        return entry("message", identity, minute, message=message)

    sessions = folder / "pi/agent/sessions/--src-shop--"
    head = {"version": 3, "cwd": "/src/shop"}
    first = answer("a1", 1, 0.0123, "msg_of_pi")
    result = {"role": "toolResult", "toolCallId": "c-a1", "toolName": "read", "content": "text"}
    end = entry("message", "r1", 2, message=result | {"isError": True})
    write(sessions / "2026_s1.jsonl", entry("session", "s1", 0, **head), first, end)
    write(
        sessions / "2026_s2.jsonl",
        entry("session", "s2", 5, parentSession=str(sessions / "2026_s1.jsonl"), **head),
        first,
        answer("a2", 6, 0, None),
    )
    return [(OPUS, 8110, 8000, 300, "0.0123"), (OPUS, 8110, 8000, 300, None)]


def _kimi(folder: Path) -> list:
    usage = {"input_other": 100, "input_cache_read": 8000, "input_cache_creation": 10}
    status = {"message_id": "k1", "token_usage": usage | {"output": 300}}
    old = folder / "kimi/sessions/0a1b/sess/wire.jsonl"
    write(
        old,
        {"type": "metadata", "protocol_version": "1.3"},
        {"timestamp": START_MS / 1000, "message": {"type": "TurnBegin", "payload": {}}},
        *(
            {"timestamp": START_MS / 1000 + 1, "message": {"type": kind, "payload": payload}}
            for kind, payload in (
                ("StatusUpdate", status),
                ("ToolCall", {"id": "c1", "function": {"name": "Glob", "arguments": "{}"}}),
                ("ToolResult", {"tool_call_id": "c1", "return_value": {"is_error": True}}),
            )
        ),
    )
    (folder / "kimi/config.toml").write_text('default_model = "moonshot/kimi-k2-thinking"\n')
    counts = {"inputOther": 100, "output": 300, "inputCacheRead": 8000, "inputCacheCreation": 10}
    for later, agent in enumerate(("main", "scout")):
        write(
            folder / f"kimi-code/sessions/wd_1/session_2/agents/{agent}/wire.jsonl",
            {"type": "turn.prompt", "input": [], "origin": {"kind": "user"}, "time": START_MS},
            {
                "type": "llm.request",
                "model": "kimi-k2.5",
                "modelAlias": "fast",
                "turnStep": "1.1",
                "time": START_MS,
            },
            {
                "type": "context.append_loop_event",
                "event": {"type": "tool.call", "toolCallId": "c1", "name": "Bash", "args": {}},
                "time": START_MS,
            },
            {
                "type": "usage.record",
                "model": "fast",
                "usage": counts,
                "usageScope": "turn",
                "time": START_MS + 1000 + later,
            },
        )
    new = ("kimi-k2.5", 8110, 8000, 300, None)
    return [("kimi-k2-thinking", 8110, 8000, 300, None), new, new]


def _amp(folder: Path) -> list:
    usage = {
        "model": OPUS,
        "timestamp": iso(1),
        "inputTokens": 10,
        "outputTokens": 300,
        "cacheCreationInputTokens": 100,
        "cacheReadInputTokens": 8000,
    }
    asked = {"type": "tool_use", "id": "c1", "name": "grep", "input": {"q": "x"}}
    message = {"role": "assistant", "messageId": 1, "content": [asked], "usage": usage}
    event = {
        "id": "l1",
        "timestamp": iso(2),
        "model": OPUS,
        "credits": 3,
        "tokens": {"input": 20, "output": 30},
        "toMessageId": 1,
    }
    thread = {"v": 3, "created": START_MS, "messages": [message]}
    threads = folder / "amp/threads"
    write(threads / "T-1.json", thread | {"id": "T-1"}, is_lines=False)
    ledger = {"usageLedger": {"events": [event]}}
    write(threads / "T-2.json", thread | {"id": "T-2"} | ledger, is_lines=False)
    return [(OPUS, 8110, 8000, 300, None), (OPUS, 8120, 8000, 30, None)]


def _droid(folder: Path) -> list:
    sessions = folder / "factory/sessions/-src-shop"
    used = {
        "inputTokens": 10,
        "outputTokens": 200,
        "cacheCreationTokens": 100,
        "cacheReadTokens": 8000,
        "thinkingTokens": 100,
    }
    tool = {"type": "tool_use", "id": "c1", "name": "Execute", "input": {}}
    asked = {"role": "assistant", "content": [tool]}
    settings = {"model": f"custom:{OPUS}-[Anthropic]-0", "providerLock": "anthropic"}
    write(
        sessions / "d1.settings.json",
        settings | {"providerLockTimestamp": iso(1), "tokenUsage": used},
        is_lines=False,
    )
    write(
        sessions / "d1.jsonl",
        {"type": "session_start", "id": "d1", "title": "t", "cwd": "/src/shop"},
        {"type": "message", "id": "x", "timestamp": iso(7), "message": asked},
    )
    return [(OPUS, 8110, 8000, 300, None)]


def _goose(folder: Path) -> list:
    path = folder / "goose/sessions/sessions.db"
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as database:
        database.executescript(
            "create table messages (id integer, session_id text, content_json text, "
            "created_timestamp integer);"
            "create table sessions (id text, working_dir text, created_at text, updated_at text, "
            "provider_name text, model_config_json text, total_tokens integer, "
            "input_tokens integer, output_tokens integer, accumulated_total_tokens integer, "
            "accumulated_input_tokens integer, accumulated_output_tokens integer);"
        )
        database.execute(
            "insert into sessions values ('g1', '/src/shop', '2026-05-28 21:00:00', "
            "'2026-05-28 21:09:00', 'anthropic', ?, 50, 40, 10, 5700, 5000, 600)",
            (json.dumps({"model_name": OPUS}),),
        )
        asked = {"status": "success", "value": {"name": "shell", "arguments": {}}}
        answered = {"status": "error", "error": "no"}
        parts = (
            {"type": "toolRequest", "id": "c1", "toolCall": asked},
            {"type": "toolResponse", "id": "c1", "toolResult": answered},
        )
        database.executemany(
            "insert into messages values (?, 'g1', ?, ?)",
            [(n, json.dumps([part]), 1_780_002_000 + 3 * n) for n, part in enumerate(parts)],
        )
    return [(OPUS, 5000, 0, 700, None)]


def _aider(folder: Path) -> list:
    def sent(seconds, cost, total):
        properties = {
            "main_model": OPUS,
            "edit_format": "diff",
            "prompt_tokens": 1000,
            "completion_tokens": 50,
            "total_tokens": 1050,
            "cost": cost,
            "total_cost": total,
        }
        moment = START_MS // 1000 + seconds
        return {"event": "message_send", "properties": properties, "user_id": "u", "time": moment}

    launched = {"event": "launched", "properties": {}, "user_id": "u", "time": START_MS // 1000}
    write(
        folder / "aider/analytics.jsonl",
        launched,
        sent(1, 0.25, 0.25),
        sent(2, 0.25, 0.5),
        # One that the repository's history tells, too, rounded.
        launched | {"time": START_MS // 1000 + 50},
        sent(51, 0.2549, 0.2549),
        # Another session, of which the beginning is missing: its total begins again.
        sent(90, 0.125, 0.125),
    )
    one = (OPUS, 1000, 0, 50, "0.25")
    again = (OPUS, 1000, 0, 50, "0.2549")
    logged = [one, one, again, (OPUS, 1000, 0, 50, "0.125")]
    return [*logged, *_aider_history(folder / "aider/shop")]


def _aider_history(repository: Path) -> list:
    path = repository / ".aider.chat.history.md"
    path.parent.mkdir(parents=True)
    path.write_text(
        "\n# aider chat started at 2026-05-28 10:00:00\n\n"
        "> Aider v0.86.1\n"
        f"> Main model: {OPUS} with diff edit format, infinite output  \n"
        "> Weak model: claude-haiku-4-5  \n"
        "#### fix the test\n\n"
        "Some prose about Tokens: and Cost: that is none.\n\n"
        "> Tokens: 12k sent, 1.2k received. Cost: $0.05 message, $0.05 session.  \n"
        "#### again\n"
        "> Tokens: 14k sent, 3k cache write, 9.5k cache hit, 850 received.\n"
        "> Cost: $0.07 message, $0.12 session.\n"
        "\n# aider chat started at 2026-05-29 10:00:00\n\n"
        "> Model: ollama/llama3 with whole edit format  \n"
        "> Tokens: 2k sent, 90 received.\n"
        "\n# aider chat started at 2026-05-29 11:00:00\n\n"
        f"> Main model: {OPUS} with diff edit format, infinite output  \n"
        "> Tokens: 1.0k sent, 50 received. Cost: $0.25 message, $0.25 session.  \n"
    )
    return [
        (OPUS, 12_000, 0, 1200, "0.05"),
        (OPUS, 14_000, 9500, 850, "0.07"),
        ("ollama/llama3", 2000, 0, 90, None),
    ]


WRITERS = {
    "pi": _pi,
    "kimi": _kimi,
    "amp": _amp,
    "droid": _droid,
    "goose": _goose,
    "aider": _aider,
}
