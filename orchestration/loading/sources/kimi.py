"""What Kimi's command lines write to their wires: `kimi-cli`, and Kimi Code after it."""

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
    count,
    folder_name,
    row,
    text,
)

__all__ = ["SOURCES"]

# What the client asks for where its configuration names none.
_DEFAULT_MODEL = "kimi-for-coding"
_CONFIGURED = re.compile(r"""^\s*(?:default_)?model\s*=\s*["']([^"']+)["']""", re.MULTILINE)


class _Wire(Translator):
    """A status with the usage of a message, or a record of usage, is a call."""

    def __init__(self, path: Any):
        super().__init__(path)
        self._number = 0
        self._models: dict[str, str] = {}
        self._model = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        self._number += 1
        kind = record.get("type")
        if kind == "llm.request":
            self._model = text(record.get("model"), self._model)
            self._models[text(record.get("modelAlias"))] = self._model
        elif kind == "usage.record":
            alias = text(record.get("model"))
            model = self._models.get(alias) or self._model or alias
            names = ("inputOther", "inputCacheRead", "inputCacheCreation", "output")
            return [self._call("", model, record.get("time"), record["usage"], names)]
        tool = _tool_of(record)
        if tool:
            session, agent = self._place
            run = "/".join(part for part in (session, agent) if part)
            return [tool_row(run, record.get("timestamp", record.get("time")), [tool])]
        payload = at_path(record, "message", "payload")
        usage = at_path(payload, "token_usage")
        if at_path(record, "message", "type") == "StatusUpdate" and isinstance(usage, dict):
            names = ("input_other", "input_cache_read", "input_cache_creation", "output")
            message = text(payload.get("message_id"))
            return [
                self._call(message, self._configured_model, record.get("timestamp"), usage, names)
            ]
        return []

    def _call(
        self, message: str, model: str, moment: Any, usage: Any, names: tuple[str, str, str, str]
    ) -> dict[str, Any]:
        other, read, written, answered = (count(usage.get(name)) for name in names)
        session, agent = self._place
        return row(
            call_id=message or f"{agent}/{self._number}",
            run_id="/".join(part for part in (session, agent) if part),
            parent_run_id=session if agent else "",
            workflow_id="kimi",
            project=self._project,
            called_at=at(moment),
            model=model or _DEFAULT_MODEL,
            provider="moonshot",
            input_tokens=other,
            cache_read_tokens=read,
            cache_write_5m_tokens=written,
            output_tokens=answered,
            is_cache_in_input=False,
            original=usage,
        )

    @cached_property
    def _place(self) -> tuple[str, str]:
        """The session and, of a sub-agent, the agent that the folders are named for."""
        folder = self.path.parent
        if folder.parent.name in ("subagents", "agents"):
            agent = "" if folder.name == "main" else folder.name
            return folder.parent.parent.name, agent
        return folder.name, ""

    @cached_property
    def _configured_model(self) -> str:
        """The model of the client's configuration: the wire of `kimi-cli` does not name it."""
        for folder in self.path.parents:
            if folder.name == "sessions":
                configured = _text_of(folder.parent / "config.toml")
                found = _CONFIGURED.search(configured)
                named = text(_json_of(folder.parent / "config.json").get("model"))
                model = named or (found[1] if found else "")
                return model.rpartition("/")[2]
        return ""

    @cached_property
    def _project(self) -> str:
        folder = self.path.parent
        state = folder.parents[1] if folder.parent.name == "agents" else folder
        return folder_name(_json_of(state / "state.json").get("workDir"))


def _tool_of(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return the tool call or the result that a line tells."""
    kind, payload = at_path(record, "message", "type"), at_path(record, "message", "payload")
    moment = record.get("timestamp", record.get("time"))
    if kind == "ToolCall" and isinstance(payload, dict):
        function = as_object(payload.get("function"))
        return tool_call(
            payload.get("id"),
            function.get("name"),
            begun=moment,
            asked=function.get("arguments"),
        )
    if kind == "ToolResult" and isinstance(payload, dict):
        value = payload.get("return_value", payload.get("result"))
        return tool_call(
            payload.get("tool_call_id"),
            ended=moment,
            answered=value,
            is_error=bool(at_path(value, "is_error")),
        )
    event = as_object(record.get("event"))
    if event.get("type") == "tool.call":
        identity = event.get("toolCallId", event.get("id"))
        return tool_call(identity, event.get("name"), begun=moment, asked=event.get("args"))
    if event.get("type") == "tool.result":
        return tool_call(
            event.get("toolCallId", event.get("id")),
            ended=moment,
            answered=event.get("result", event.get("output")),
            is_error=bool(event.get("isError", at_path(event, "result", "isError"))),
        )
    return None


def _text_of(path: Any) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _json_of(path: Any) -> dict[str, Any]:
    try:
        found = json.loads(_text_of(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


SOURCES = (
    Source(
        name="kimi",
        entity="generic_calls",
        title="Kimi's sessions (wire.jsonl)",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("timestamp", "message.type", "message.payload")),
            Signature(
                all_of=keys("type", "time"),
                one_of=(keys("turnStep", "usageScope", "modelAlias", "origin"),),
            ),
        ),
        translator=_Wire,
        moments=("called_at",),
    ),
)
