"""Chats that the Gemini CLI keeps, a line per message or a document each, and what it prints."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call
from orchestration.loading.translator import (
    Translator,
    at,
    at_path,
    changed_at,
    count,
    row,
    text,
    total,
)

__all__ = ["SOURCES"]


class _Chat(Translator):
    """A message with tokens is a call; it is written again whenever it changes.

    What is printed without a terminal, as JSON or as a stream of it, has sums of the session alone:
    they count where its chat is not loaded.
    """

    _session = ""
    _parent = ""
    _kind = ""
    _model = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        if isinstance(record.get("stats"), dict):
            return self._sums(record, record["stats"])
        if record.get("type") == "init":
            self._session = text(record.get("session_id"))
            self._model = text(record.get("model"))
            return []
        self._session = text(record.get("sessionId"), self._session)
        self._kind = text(record.get("kind"), self._kind)
        if self._kind == "subagent":
            # A sub-agent's file lies in the folder of its parent's session.
            self._parent = self.path.parent.name
        changed = record.get("$set")
        messages = [record]
        for held in (record, changed):
            if isinstance(held, dict) and isinstance(held.get("messages"), list):
                messages += held["messages"]
        return [found for message in messages if (found := self._call(message))]

    def _call(self, message: Any) -> dict[str, Any] | None:
        tokens = at_path(message, "tokens")
        if not isinstance(tokens, dict) or message.get("type", "gemini") != "gemini":
            return None
        sent, cached, answered, thought, by_tools, all_of_them = (
            count(tokens.get(name))
            for name in ("input", "cached", "output", "thoughts", "tool", "total")
        )
        # The total tells whether cached tokens are a part of the input, as the API counts.
        whole = total(sent, answered, thought, by_tools)
        is_apart = cached and whole != all_of_them and total(whole, cached) == all_of_them
        session = self._session or self.path.name.split(".")[0]
        return row(
            call_id=text(message.get("id")),
            run_id=session,
            parent_run_id=self._parent,
            workflow_id="gemini_cli",
            project=self._project(),
            called_at=at(message.get("timestamp")),
            model=text(message.get("model")) or "unknown",
            provider="google",
            input_tokens=total(sent, by_tools),
            cache_read_tokens=cached,
            output_tokens=total(answered, thought),
            reasoning_tokens=thought,
            is_cache_in_input=not is_apart,
            tool_calls=[
                tool_call(
                    tool.get("id"),
                    tool.get("name"),
                    begun=tool.get("timestamp"),
                    asked=tool.get("args"),
                    answered=tool.get("result"),
                    is_error=tool.get("status") == "error",
                )
                for tool in message.get("toolCalls") or []
                if isinstance(tool, dict)
            ],
            original=tokens,
        )

    def _sums(self, printed: dict[str, Any], stats: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the sums by model, of a stream the one of all models."""
        written = json.dumps(printed, sort_keys=True).encode()
        session = text(printed.get("session_id"), self._session)
        shared = {
            "run_id": session or hashlib.sha256(written).hexdigest()[:32],
            "workflow_id": "gemini_cli",
            "called_at": at(printed.get("timestamp")) or changed_at(self.path),
            "provider": "google",
            "is_cache_in_input": True,
            "is_summary": True,
        }
        if not isinstance(stats.get("models"), dict):
            sent, answered, cached, whole = (
                count(stats.get(name))
                for name in ("input_tokens", "output_tokens", "cached", "total_tokens")
            )
            # What the total has beyond both was thought, or said to tools; all of it was billed.
            thought = max((whole or 0) - (sent or 0) - (answered or 0), 0)
            return [
                row(
                    call_id="printed",
                    model=self._model or "unknown",
                    duration_ms=count(stats.get("duration_ms")),
                    input_tokens=sent,
                    cache_read_tokens=cached,
                    output_tokens=total(answered, thought),
                    reasoning_tokens=thought or None,
                    original=stats,
                    **shared,
                )
            ]
        return [
            self._sum_of(model, metrics, shared)
            for model, metrics in stats["models"].items()
            if isinstance(at_path(metrics, "tokens"), dict)
        ]

    def _sum_of(self, model: str, metrics: Any, shared: dict[str, Any]) -> dict[str, Any]:
        sent, answered, cached, thought, by_tools = (
            count(at_path(metrics, "tokens", name))
            for name in ("prompt", "candidates", "cached", "thoughts", "tool")
        )
        return row(
            call_id=f"printed/{model}",
            model=model,
            call_count=count(at_path(metrics, "api", "totalRequests")),
            duration_ms=count(at_path(metrics, "api", "totalLatencyMs")),
            input_tokens=total(sent, by_tools),
            cache_read_tokens=cached,
            output_tokens=total(answered, thought),
            reasoning_tokens=thought,
            original=metrics["tokens"],
            **shared,
        )

    def _project(self) -> str:
        """Return the folder below tmp: the project's name, or a hash of its path."""
        parts = self.path.parts
        return parts[parts.index("chats") - 1] if "chats" in parts[1:] else ""


SOURCES = (
    Source(
        name="gemini_cli",
        entity="generic_calls",
        title="Gemini CLI chats (~/.gemini/tmp/*/chats), and what it prints as JSON",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("sessionId", "projectHash")),
            Signature(all_of=keys("sessionId", "startTime", "messages")),
            # What it prints: as one object, and the first line of a stream.
            Signature(all_of=keys("stats"), one_of=(keys("response", "session_id", "error"),)),
            Signature(all_of=keys("type", "timestamp", "session_id", "model")),
        ),
        translator=_Chat,
        moments=("called_at",),
    ),
)
