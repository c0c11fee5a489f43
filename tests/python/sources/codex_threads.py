"""Small Codex rollouts, written line by line."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["Thread"]

START = datetime(2026, 8, 5, 9, tzinfo=UTC)
Usage = dict[str, int]


class Thread:
    """A thread and its rollout.

    Parameters
    ----------
    folder : Path
        Where the sessions lie.
    name : str
        What its id is made of.
    head : dict
        What its head says besides.
    """

    def __init__(self, folder: Path, name: str, **head: Any):
        self.id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        self.run = f"codex:{self.id}"
        self.folder = folder
        self.moment = START
        self.lines: list[dict[str, Any]] = []
        self.total: Usage = {}
        self.ordinals = "subagent_history_start_ordinal" in head
        self.head = {"session_id": self.id, "id": self.id, "cwd": "/srv/tool", "source": "cli"}
        self.head |= {"model_provider": "openai"} | head

    def open(self, minutes: int = 0) -> "Thread":
        """Write the head."""
        self.moment = START + timedelta(minutes=minutes)
        self.write("session_meta", self.head, seconds=0)
        return self

    def turn(self, name: str | None, model: str = "gpt-5.2-codex") -> None:
        """Begin a turn."""
        named = {} if name is None else {"turn_id": name}
        self.write("turn_context", {**named, "cwd": "/srv/tool", "model": model})

    def settings(self, **settings: Any) -> None:
        """Write that the thread's settings were applied."""
        payload = {"type": "thread_settings_applied", "thread_id": self.id}
        self.write("event_msg", payload | {"thread_settings": settings}, seconds=0.05)

    def count(self, tokens: int, *, seconds: float = 20, last: bool = True) -> dict[str, Any]:
        """Write the count behind an answer that took so many input tokens; its output is one."""
        own = {"input_tokens": tokens, "cached_input_tokens": 0, "output_tokens": 1}
        own["total_tokens"] = tokens + 1
        self.total = {name: self.total.get(name, 0) + value for name, value in own.items()}
        info = {"total_token_usage": dict(self.total)}
        if last:
            info["last_token_usage"] = own
        return self.write("event_msg", {"type": "token_count", "info": info}, seconds)

    def record(self, tokens: int, response: str, turn: str) -> None:
        """Write the record of an answer, as newer versions do before the count."""
        own = {"input_tokens": tokens, "cached_input_tokens": 0, "output_tokens": 1}
        own["total_tokens"] = tokens + 1
        payload = {"thread_id": self.id, "turn_id": turn, "response_id": response, "usage": own}
        self.write("token_usage_record", payload)

    def take_over(self, lines: list[dict[str, Any]], gap: float | None, total: Usage) -> None:
        """Copy another thread's lines, at their times, or each so many seconds after the last."""
        for line in lines:
            copied = dict(line)
            copied.pop("ordinal", None)
            if gap is not None:
                self.moment += timedelta(seconds=gap)
                copied["timestamp"] = _text(self.moment)
            if self.ordinals:
                copied["ordinal"] = len(self.lines)
            self.lines.append(copied)
        self.total = dict(total)

    def write(self, kind: str, payload: dict[str, Any], seconds: float = 0.1) -> dict[str, Any]:
        """Write a line."""
        self.moment += timedelta(seconds=seconds)
        line = {"timestamp": _text(self.moment), "type": kind, "payload": payload}
        if self.ordinals:
            line["ordinal"] = len(self.lines)
        self.lines.append(line)
        return line

    def save(self, suffix: str = "", folder: str = "sessions/2026/08/05") -> Path:
        """Write the rollout."""
        path = self.folder / folder / f"rollout-2026-08-05T09-00-00-{self.id}{suffix}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in self.lines), encoding="utf-8")
        return path


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
