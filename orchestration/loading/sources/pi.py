"""Sessions of the agent Pi, and of OpenClaw, which shares its storage."""

from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import Translator, at, at_path, count, folder_name, row, text

__all__ = ["SOURCES"]

_SUMMARIES = ("compaction", "branch_summary")


class _Session(Translator):
    """An assistant's message with usage is a call; forks and clones copy entries with their ids."""

    _session = ""
    _project = ""
    _forked_from = ""
    _model = ""
    _provider = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        kind = record.get("type")
        if kind == "session":
            self._session = text(record.get("id"))
            self._project = folder_name(record.get("cwd"))
            # A path to the file of the session that this one began with.
            parent = folder_name(record.get("parentSession")).removesuffix(".jsonl")
            self._forked_from = parent.rpartition("_")[2]
        elif kind == "model_change":
            self._model, self._provider = text(record.get("modelId")), text(record.get("provider"))
        elif kind in _SUMMARIES and isinstance(record.get("usage"), dict):
            return [self._call(record, record)]
        message = record.get("message")
        # Of a tool it is the usage of a model that worked in it.
        if (
            kind == "message"
            and at_path(message, "role") in ("assistant", "toolResult")
            and isinstance(at_path(message, "usage"), dict)
        ):
            return [self._call(record, message)]
        tools = list(_tools_of(message, record.get("timestamp")))
        return [tool_row(self._run, record.get("timestamp"), tools)] if tools else []

    @property
    def _run(self) -> str:
        return self._session or self.path.name.split(".")[0]

    def _call(self, entry: dict[str, Any], message: Any) -> dict[str, Any]:
        usage = message["usage"]
        response = text(message.get("responseId"))
        # Ids of entries are short, and unique in their file alone.
        identity = response or f"{text(entry.get('id'))}/{text(entry.get('timestamp'))}"
        return row(
            call_id=identity,
            copy_id=identity,
            copied_from_run_id=self._forked_from,
            response_id=response,
            run_id=self._run,
            workflow_id="pi",
            project=self._project,
            called_at=at(entry.get("timestamp"), message.get("timestamp")),
            model=text(message.get("model"), self._model) or "unknown",
            provider=text(message.get("provider"), self._provider),
            input_tokens=count(usage.get("input")),
            cache_read_tokens=count(usage.get("cacheRead")),
            cache_write_5m_tokens=count(usage.get("cacheWrite")),
            output_tokens=count(usage.get("output")),
            is_cache_in_input=False,
            # Computed from a list of its own: 0 where that has no price.
            cost_usd=at_path(usage, "cost", "total") or None,
            finish_reason=text(message.get("stopReason")),
            error_message=text(message.get("errorMessage")),
            tool_calls=list(_tools_of(message, entry.get("timestamp"))),
            original=usage,
        )


def _tools_of(message: Any, moment: Any) -> Iterator[dict[str, Any]]:
    if at_path(message, "role") == "toolResult":
        yield tool_call(
            message.get("toolCallId"),
            message.get("toolName"),
            ended=moment,
            answered=message.get("content"),
            is_error=bool(message.get("isError")),
        )
    content = at_path(message, "content")
    for part in content if isinstance(content, list) else []:
        if at_path(part, "type") == "toolCall":
            yield tool_call(
                part.get("id"), part.get("name"), begun=moment, asked=part.get("arguments")
            )


SOURCES = (
    Source(
        name="pi",
        entity="generic_calls",
        title="sessions of Pi and OpenClaw",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("type", "id", "timestamp", "cwd", "version"),
                none_of=keys("sessionId", "payload", "data"),
            ),
        ),
        translator=_Session,
        moments=("called_at",),
    ),
)
