"""Logs of coding agents, gateways and tracers that are translated, after their real formats.

Each writer puts its files below a folder as its tool does, and returns the calls that are in them:
``(model, input with cached, cached, output, cost in USD)``, each once; None is unknown.
"""

import json
import sqlite3
from pathlib import Path

__all__ = ["MINUTE", "RUNNING", "START_MS", "WRITERS", "iso", "write"]

MINUTE = 60_000
RUNNING = []
START_MS = 1_780_000_000_000  # 2026-05-28T20:26:40Z


def iso(minute: int) -> str:
    return f"2026-05-28T21:{minute:02}:00.000Z"


def write(path: Path, *records, is_lines: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [json.dumps(record) for record in records]
    path.write_text("".join(text + "\n" for text in texts) if is_lines else texts[0])


def _qwen(folder: Path) -> list:
    chats = folder / "qwen/projects/-src-shop/chats"

    def line(kind, session, number, usage=None, **more):
        logged = {
            "uuid": f"0000-{number}",
            "parentUuid": None,
            "sessionId": session,
            "timestamp": iso(number),
            "type": kind,
            "cwd": "/src/shop",
            "version": "0.12.0",
            "message": {"role": "user" if kind == "user" else "model", "parts": [{"text": "x"}]},
        }
        return (
            logged | ({"usageMetadata": usage, "model": "qwen3-coder-plus"} if usage else {}) | more
        )

    def usage(total):
        return {
            "promptTokenCount": 8000,
            "candidatesTokenCount": 300,
            "thoughtsTokenCount": 100,
            "cachedContentTokenCount": 5000,
            "totalTokenCount": total,
        }

    asked = {"functionCall": {"id": "c1", "name": "edit", "args": {"path": "a"}}}
    answered = {"functionResponse": {"id": "c1", "name": "edit", "response": {"error": "no"}}}
    own = [
        line("user", "q1", 0),
        line("assistant", "q1", 1, usage(8400), message={"role": "model", "parts": [asked]}),
        line("tool_result", "q1", 2, message={"role": "user", "parts": [answered]}),
    ]
    # Many prompts before the first answer: only their parts tell the file from Claude Code's.
    write(chats / "q1.jsonl", *[line("user", "q1", 20 + n) for n in range(30)], *own)
    fork = {"forkedFrom": {"sessionId": "q1", "messageUuid": "0000-1"}}
    write(
        chats / "q2.jsonl",
        *[record | {"sessionId": "q2", **fork} for record in own],
        # A back end that counts thoughts as a part of the answer.
        line("assistant", "q2", 2, usage(8300)),
        line("assistant", "q2", 3, usage(8400), agentId="scout", isSidechain=True),
    )
    one = ("qwen3-coder-plus", 8000, 5000, 400, None)
    return [one, ("qwen3-coder-plus", 8000, 5000, 300, None), one]


def _opencode_message(identity, session, minute, tokens, cost=0.0, **more):
    return {
        "id": identity,
        "sessionID": session,
        "role": "assistant",
        "time": {
            "created": START_MS + minute * MINUTE,
            "completed": START_MS + minute * MINUTE + 2500,
        },
        "modelID": "claude-sonnet-4-5",
        "providerID": "anthropic",
        "agent": "build",
        "path": {"cwd": "/src/shop", "root": "/src/shop"},
        "cost": cost,
        "tokens": tokens,
        **more,
    }


def _opencode(folder: Path) -> list:
    data = folder / "opencode"
    tokens = {"input": 100, "output": 40, "reasoning": 10, "cache": {"read": 900, "write": 50}}
    steps = [tokens, tokens | {"input": 7, "cache": {"read": 1000, "write": 0}}]
    # A file per message; one is in the database, too, where it went on.
    write(
        data / "storage/session/p/ses_file.json",
        {"id": "ses_file", "parentID": "ses_db", "directory": "/src/shop", "time": {}},
        is_lines=False,
    )
    twin = _opencode_message("msg_twin", "ses_file", 1, tokens, cost=0.02)
    older = twin | {"cost": 0, "tokens": tokens | {"output": 1}}
    write(data / "storage/message/ses_file/msg_twin.json", older, is_lines=False)
    alone = _opencode_message("msg_file", "ses_file", 9, tokens)
    write(data / "storage/message/ses_file/msg_file.json", alone, is_lines=False)
    database = sqlite3.connect(data / "opencode.db")
    database.execute("pragma journal_mode = wal")
    database.executescript(
        "create table session (id text, parent_id text, directory text, time_created integer);"
        "create table message (id text, session_id text, time_created integer, data text);"
        "create table part (id text, message_id text, session_id text, data text);"
    )
    database.executemany(
        "insert into session values (?, ?, '/src/shop', 0)",
        [("ses_db", None), ("ses_file", "ses_db"), ("ses_fork", None)],
    )
    running = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    messages = [
        twin,
        _opencode_message("msg_steps", "ses_db", 2, steps[1], cost=0.5),
        _opencode_message("msg_runs", "ses_db", 3, running),
        _opencode_message("msg_plan", "ses_db", 4, tokens),
        # A fork copies messages under ids of its own.
        _opencode_message("msg_copy", "ses_fork", 4, tokens),
        _opencode_message("msg_own", "ses_fork", 6, tokens),
        {"id": "msg_user", "sessionID": "ses_db", "role": "user", "time": {"created": START_MS}},
    ]
    database.executemany(
        "insert into message values (?, ?, 0, ?)",
        [
            (
                message["id"],
                message["sessionID"],
                json.dumps({k: v for k, v in message.items() if k not in ("id", "sessionID")}),
            )
            for message in messages
        ],
    )
    database.executemany(
        "insert into part values (?, 'msg_steps', 'ses_db', ?)",
        [
            (f"prt_{n}", json.dumps({"type": "step-finish", "cost": cost, "tokens": step}))
            # Two of them used the same.
            for n, (cost, step) in enumerate(zip((0.3, 0.1, 0.1), [*steps, steps[1]], strict=True))
        ]
        + [
            ("prt_text", json.dumps({"type": "text", "text": "x"})),
            (
                "prt_tool",
                json.dumps(
                    {
                        "type": "tool",
                        "callID": "c1",
                        "tool": "bash",
                        "state": {
                            "status": "completed",
                            "input": {"command": "ls"},
                            "output": "a b",
                            "time": {"start": START_MS, "end": START_MS + 70},
                        },
                    }
                ),
            ),
        ],
    )
    database.commit()
    # Left open, so that its log stays next to it as that of a running program does.
    RUNNING.append(database)
    sonnet = "claude-sonnet-4-5"
    one = (sonnet, 1050, 900, 50, None)
    return [
        (sonnet, 1050, 900, 50, "0.02"),
        (sonnet, 1050, 900, 50, "0.3"),
        (sonnet, 1007, 1000, 50, "0.1"),
        (sonnet, 1007, 1000, 50, "0.1"),
        one,
        one,
        one,
    ]


WRITERS = {
    "qwen_code": _qwen,
    "opencode": _opencode,
}
