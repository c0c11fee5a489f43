"""Small Claude Code sessions, written line by line, each with what it should come to."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["Session", "usage"]

START = datetime(2026, 8, 3, 9, tzinfo=UTC)


def usage(read: int, wrote: int = 0, out: int = 7, fresh: int = 3, **more: Any) -> dict[str, Any]:
    """Return the tokens of an answer, with whatever else stands among them."""
    return {
        "input_tokens": fresh,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": wrote,
        "output_tokens": out,
        **more,
    }


class Session:
    """Lines of a session and of its sub-agents, and the files that they go to.

    Parameters
    ----------
    folder : Path
        Where projects lie.
    name : str
        What the session's ids are made of.
    minutes : int
        When it begins, counted from the first of all.
    """

    def __init__(self, folder: Path, name: str, minutes: int = 0):
        self.id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        self.name = name
        self.run = f"claude_code:{self.id}"
        self.file = folder / "projects" / "-srv-shop" / f"{self.id}.jsonl"
        self.moment = START + timedelta(minutes=minutes)
        self.lines: dict[Path, list[dict[str, Any]]] = {self.file: []}
        self._count = 0

    def agent_file(self, agent: str, below: str = "") -> Path:
        """Return the file of a sub-agent; ``below`` is a folder between it and the session's."""
        return self.file.with_suffix("") / "subagents" / below / f"agent-{agent}.jsonl"

    def prompt(self, text: str = "Go on", file: Path | None = None, **keys: Any) -> dict[str, Any]:
        """Write what the person says."""
        return self._write("user", {"role": "user", "content": text}, file, keys)

    def result(self, tool: str, file: Path | None = None, **keys: Any) -> dict[str, Any]:
        """Write what a tool answers."""
        content = [{"type": "tool_result", "tool_use_id": tool, "content": "done"}]
        return self._write("user", {"role": "user", "content": content}, file, keys)

    def answer(
        self,
        message: str,
        tokens: dict[str, Any] | None,
        request: str | None = "",
        *,
        file: Path | None = None,
        model: str = "claude-sonnet-4-6",
        content: list[dict[str, Any]] | None = None,
        stop_reason: str | None = None,
        **keys: Any,
    ) -> dict[str, Any]:
        """Write a line of an answer; its request has the message's name, none has it with None."""
        body = {"id": message, "role": "assistant", "model": model, "content": content or []}
        if stop_reason:
            body["stop_reason"] = stop_reason
        if tokens is not None:
            body["usage"] = tokens
        if request is not None:
            keys["requestId"] = request or f"req-of-{message}"
        return self._write("assistant", body, file, keys)

    def copy(self, lines: list[dict[str, Any]], origin: "Session | None" = None) -> None:
        """Write another session's lines again, as a branch does, or without saying from where."""
        for line in lines:
            copied = line | {"sessionId": self.id}
            if origin:
                copied["forkedFrom"] = {"sessionId": origin.id, "messageUuid": line["uuid"]}
            self.lines[self.file].append(copied)
            self.moment = datetime.fromisoformat(line["timestamp"])

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.moment += timedelta(minutes=minutes)

    def save(self) -> None:
        """Write the files."""
        for file, lines in self.lines.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    def _write(
        self, kind: str, body: dict[str, Any], file: Path | None, keys: dict[str, Any]
    ) -> dict[str, Any]:
        self._count += 1
        self.moment += timedelta(seconds=5)
        line = {
            "parentUuid": None,
            "isSidechain": file is not None,
            "sessionId": self.id,
            "cwd": "/srv/shop",
            "version": "2.1.190",
            "type": kind,
            "message": body,
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name}/{self._count}")),
            "timestamp": self.moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if file is not None:
            line["agentId"] = file.stem.removeprefix("agent-")
        line |= keys
        self.lines.setdefault(file or self.file, []).append(line)
        return line
