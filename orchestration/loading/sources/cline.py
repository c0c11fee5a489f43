"""Tasks of Cline, Roo Code and Kilo Code in an editor, and sessions of Cline's command line."""

import json
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import (
    Translator,
    as_object,
    at,
    at_path,
    changed_at,
    count,
    folder_name,
    row,
    text,
)

__all__ = ["SOURCES"]

# The folder of the editor's extension says which of the three it is.
_EXTENSIONS = {
    "rooveterinaryinc.roo-cline": "roo_code",
    "kilocode.kilo-code": "kilo_code",
}
# What the assistant does: with the user's approval it is asked, without it is said.
_TOOLS = ("tool", "command", "use_mcp_server", "browser_action")
_MODEL = re.compile(r"<model>([^<]+)</model>")
_WORKSPACE = re.compile(r"Current (?:Workspace|Working) Directory \((.+?)\)(?: Files|\s|$)")


class _Task(Translator):
    """An `api_req_started` is a request; it is rewritten in place when the request ends."""

    def __init__(self, path: Any):
        super().__init__(path)
        self._number = 0
        self._last_ms = 0

    def finish(self) -> Iterable[dict[str, Any]]:
        """Say how far the file goes: of a task in two places the newest counts, and whole."""
        if not self._last_ms:
            return []
        moment = at(self._last_ms)
        state = f"{moment} {changed_at(self.path)}"
        return [row(run_id=self._task, called_at=moment, run_state=state)]

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        self._last_ms = max(self._last_ms, count(record.get("ts")) or 0)
        kind = record.get("say")
        if record.get("ask", kind) in _TOOLS:
            return self._tools_of(record)
        if kind not in ("api_req_started", "deleted_api_reqs"):
            return []
        logged = json.loads(record.get("text") or "{}")
        self._number += 1
        counts = {
            ours: count(logged.get(theirs))
            for ours, theirs in (
                ("input_tokens", "tokensIn"),
                ("output_tokens", "tokensOut"),
                ("cache_read_tokens", "cacheReads"),
                ("cache_write_5m_tokens", "cacheWrites"),
            )
        }
        # One that was cancelled or goes on yet has no counts.
        if not any(counts.values()):
            return []
        info = record.get("modelInfo")
        protocol = text(logged.get("apiProtocol"), record.get("apiProtocol"))
        tool = next(
            (name for folder, name in _EXTENSIONS.items() if folder in self.path.parts), "cline"
        )
        return [
            row(
                # A task has no ids of requests, but they keep their order.
                call_id=f"{self._task}/{self._number}",
                run_id=self._task,
                workflow_id=tool,
                project=folder_name(self._from_history[1]),
                called_at=at(record.get("ts")),
                model=text(at_path(info, "modelId"), self._from_history[0]) or "unknown",
                provider=text(at_path(info, "providerId")),
                is_cache_in_input=protocol == "openai",
                cost_usd=logged.get("cost") or None,
                error_type=text(logged.get("cancelReason")),
                original={name: value for name, value in logged.items() if name != "request"},
                **counts,
            )
        ]

    def _tools_of(self, record: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the tool that was asked for; each element says it of one, at its moment."""
        said, moment = as_object(record.get("text")), record.get("ts")
        name = text(said.get("tool"), said.get("toolName"), record.get("ask"), record.get("say"))
        tool = tool_call(f"{moment}", name, begun=moment, asked=record.get("text"))
        return [tool_row(self._task, moment, [tool])]

    @property
    def _task(self) -> str:
        return self.path.parent.name

    @cached_property
    def _from_history(self) -> tuple[str, str]:
        """The model and the folder that the task's requests name."""
        try:
            history = (self.path.parent / "api_conversation_history.json").read_text("utf-8")
        except (OSError, ValueError):
            return "", ""
        model, workspace = _MODEL.search(history), _WORKSPACE.search(history)
        return model[1] if model else "", workspace[1] if workspace else ""


class _Session(Translator):
    """Of a session of the command line each message with metrics is a call."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        session = text(record.get("sessionId")) or self.path.name.split(".")[0]
        calls = []
        for message in record.get("messages") or []:
            metrics = at_path(message, "metrics")
            if not isinstance(metrics, dict):
                continue
            content = message.get("content")
            calls.append(
                row(
                    tool_calls=[
                        tool_call(
                            part.get("id"),
                            part.get("name"),
                            begun=message.get("ts", message.get("timestamp")),
                            asked=part.get("input"),
                        )
                        for part in (content if isinstance(content, list) else [])
                        if at_path(part, "type") == "tool_use"
                    ],
                    call_id=text(message.get("id")),
                    run_id=session,
                    workflow_id="cline",
                    called_at=at(
                        message.get("ts"), message.get("timestamp"), record.get("updated_at")
                    ),
                    model=text(at_path(message, "modelInfo", "id")) or "unknown",
                    provider=text(at_path(message, "modelInfo", "provider")),
                    input_tokens=count(metrics.get("inputTokens")),
                    output_tokens=count(metrics.get("outputTokens")),
                    cache_read_tokens=count(metrics.get("cacheReadTokens")),
                    cache_write_5m_tokens=count(metrics.get("cacheWriteTokens")),
                    is_cache_in_input=False,
                    cost_usd=metrics.get("cost"),
                    original=metrics,
                )
            )
        return calls


SOURCES = (
    Source(
        name="cline",
        entity="generic_calls",
        title="tasks of Cline, Roo Code and Kilo Code (ui_messages.json)",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("ts", "type"), one_of=(keys("say", "ask"),)),),
        translator=_Task,
        moments=("called_at",),
    ),
    Source(
        name="cline_cli",
        entity="generic_calls",
        title="sessions of Cline's command line (*.messages.json)",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("sessionId", "messages", "agent"), none_of=keys("projectHash", "type")
            ),
            Signature(all_of=keys("sessionId", "messages", "updated_at"), none_of=keys("type")),
        ),
        translator=_Session,
        moments=("called_at",),
    ),
)
