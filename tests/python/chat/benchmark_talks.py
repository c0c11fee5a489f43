"""Trajectories of tau-bench and Who&When as a chat's tables: what docs/sources.md describes."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["read", "write_benchmarks"]

# Neither logs a time: sessions follow each other by the hour, messages by the second.
_START = datetime(2024, 5, 15, tzinfo=UTC)


def read(path: Path) -> list[dict]:
    """Return the records of a file of JSON lines."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_benchmarks(data: Path, folder: Path) -> None:
    """Write both benchmarks as conversations, messages and evaluations.

    Parameters
    ----------
    data : Path
        Folder of ``tau_bench`` and ``who_when``.
    folder : Path
        Where to; it is created.
    """
    folder.mkdir(parents=True)
    tables: dict[str, list[dict]] = {"conversations": [], "messages": [], "evaluations": []}
    starts = {}
    for name in ("tau_bench", "who_when"):
        for session in read(data / name / "sessions.jsonl"):
            start = _START + timedelta(hours=len(starts))
            starts[session["session_id"]] = start
            tables["conversations"].append(_conversation(session, start))
            if "reward" in session:
                tables["evaluations"].append(_reward(session, start))
        tables["messages"] += _messages(read(data / name / "messages.jsonl.gz"), starts)
    for label in read(data / "who_when" / "labels.jsonl"):
        tables["evaluations"].append(_mistake(label, starts[label["session_id"]]))
    for name, rows in tables.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def _conversation(session: dict, start: datetime) -> dict:
    return {
        "id": session["session_id"],
        # The task is who asks: it is tried several times.
        "user_id": str(session.get("task_id", session.get("question_ID"))),
        "created_at": start.isoformat(),
        "is_widget_session": False,
    }


def _messages(messages: list[dict], starts: dict[str, datetime]) -> Iterator[dict]:
    for message in messages:
        moment = starts[message["session_id"]] + timedelta(seconds=message["turn_index"])
        # What people and tools say is said to the model; everything else an agent says.
        is_agent = message["role"] not in ("user", "human", "system", "tool")
        yield {
            "id": f"{message['session_id']}/{message['turn_index']}",
            "conversation_id": message["session_id"],
            "role": "assistant" if is_agent else message["role"],
            "content": message["content"],
            "created_at": moment.isoformat(),
            "model_id": "gpt-4o" if is_agent else None,
            "provider": "openai" if is_agent else None,
            "tools_called": message.get("tool_calls"),
        }


def _reward(session: dict, start: datetime) -> dict:
    return {
        "id": f"{session['session_id']}/reward",
        "message_id": "",
        "conversation_id": session["session_id"],
        "evaluator_id": "tau-bench",
        "created_at": start.isoformat(),
        "success": session["reward"] == 1,
    }


def _mistake(label: dict, start: datetime) -> dict:
    return {
        "id": f"{label['session_id']}/mistake",
        "message_id": f"{label['session_id']}/{label['mistake_step']}",
        "conversation_id": label["session_id"],
        "evaluator_id": "who-when",
        "created_at": start.isoformat(),
        "success": False,
        "failure_tags": [label["mistake_agent"]],
    }
