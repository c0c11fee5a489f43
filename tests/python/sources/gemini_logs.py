"""Chats of the Gemini CLI, and what it prints; as in ``tool_logs``."""

from pathlib import Path

from sources.tool_logs import iso, write

__all__ = ["WRITERS"]


def _gemini(folder: Path) -> list:
    chats = folder / "gemini/tmp/shop/chats"

    def message(identity, minute, tokens=None, **more):
        logged = {"id": identity, "timestamp": iso(minute), "type": "gemini", "content": "x"}
        return logged | {"model": "gemini-2.5-pro", "tokens": tokens} | more

    counts = {"input": 9000, "output": 200, "cached": 6000, "thoughts": 100, "tool": 50}
    whole = counts | {"total": 9350}
    # Some versions leave the cached tokens out of the input; the total shows it.
    apart = {"input": 3000, "output": 10, "cached": 6000, "thoughts": 0, "tool": 0, "total": 9010}
    head = {"projectHash": "h", "startTime": iso(0), "lastUpdated": iso(0)}
    write(
        chats / "session-2026-05-28T21-00-main.jsonl",
        {"sessionId": "gem-main", "kind": "main", **head},
        {"id": "u", "timestamp": iso(1), "type": "user", "content": "hi"},
        # The message is written again when its tokens are known, and when a tool ends.
        message("m1", 1),
        message("m1", 1, whole),
        message("m1", 1, whole, toolCalls=[{"id": "t", "name": "ls", "status": "success"}]),
        message("m2", 2, apart),
        {"$rewindTo": "u"},
        {"$set": {"lastUpdated": iso(3), "messages": [message("m1", 1, whole)]}},
    )
    write(
        chats / "gem-main/gem-sub.jsonl",
        {"sessionId": "gem-sub", "kind": "subagent", **head},
        message("m1", 4, whole),
    )
    old = {"sessionId": "gem-old", **head, "messages": [message("m1", 5, whole)]}
    write(chats / "session-old.json", old, is_lines=False)
    one = ("gemini-2.5-pro", 9050, 6000, 300, None)
    return [
        one,
        ("gemini-2.5-pro", 9000, 6000, 10, None),
        one,
        one,
        *_printed_by_gemini(folder / "gemini/printed"),
    ]


def _printed_by_gemini(folder: Path) -> list:
    def printed(session):
        tokens = {"prompt": 7000, "candidates": 80, "cached": 500, "thoughts": 20, "tool": 0}
        models = {
            "gemini-2.5-pro": {"api": {"totalRequests": 3}, "tokens": tokens},
            "gemini-2.5-flash": {"api": {"totalRequests": 1}, "tokens": tokens | {"prompt": 600}},
        }
        return {"session_id": session, "response": "x", "stats": {"models": models, "tools": {}}}

    # The chat of the first is loaded: its calls count, and not their sum.
    write(folder / "main.json", printed("gem-main"), is_lines=False)
    write(folder / "alone.json", printed("gem-alone"), is_lines=False)
    stats = {"total_tokens": 1130, "input_tokens": 1000, "output_tokens": 90, "cached": 400}
    write(
        folder / "stream.jsonl",
        {
            "type": "init",
            "timestamp": iso(6),
            "session_id": "gem-stream",
            "model": "gemini-2.5-pro",
        },
        {"type": "message", "timestamp": iso(6), "role": "assistant", "content": "x"},
        {"type": "result", "timestamp": iso(7), "status": "success", "stats": stats},
    )
    return [
        ("gemini-2.5-pro", 7000, 500, 100, None),
        ("gemini-2.5-flash", 600, 500, 100, None),
        ("gemini-2.5-pro", 1000, 400, 130, None),
    ]


WRITERS = {"gemini_cli": _gemini}
