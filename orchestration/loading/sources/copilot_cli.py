"""Sessions of GitHub's Copilot CLI: its store of requests, else the events of each session."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.copilot_places import spans_of, store_of
from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import (
    ODD,
    Translator,
    as_object,
    at,
    at_path,
    count,
    folder_name,
    row,
    text,
    total,
)

__all__ = ["SOURCES"]

_PROVIDER = "github_copilot"
# Of Google's models thoughts are counted apart from the answer, of others as a part of it.
_THOUGHTS_APART = "gemini"
_COUNTS = {
    "input_tokens": "inputTokens",
    "cache_read_tokens": "cacheReadTokens",
    "cache_write_5m_tokens": "cacheWriteTokens",
    "output_tokens": "outputTokens",
    "reasoning_tokens": "reasoningTokens",
}


def _query(names: frozenset[str]) -> str:
    """Return the requests, with where they were made if the sessions say so."""
    places = [name for name in ("cwd", "repository") if f"sessions.{name}" in names]
    columns = "".join(f", sessions.{name} as {name}" for name in places)
    sessions = "left join sessions on sessions.id = events.session_id " if places else ""
    return f"select events.*{columns} from assistant_usage_events as events {sessions}order by 1"


class _Store(Translator):
    """A row per request; its input includes what was read from and written to the cache.

    It has no tools: these stand in the events of each session, which lie next to it.
    """

    def __init__(self, path: Any):
        super().__init__(path)
        self._sessions: set[str] = set()

    def finish(self) -> Iterable[dict[str, Any]]:
        """Return the tools that the sessions' events tell of."""
        for session in sorted(self._sessions):
            events = _Events(self.path.parent / "session-state" / session / "events.jsonl")
            yield from events.tools()

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        self._sessions.add(folder_name(record["session_id"]))
        project = text(record.get("repository")).rpartition("/")[2] or folder_name(
            record.get("cwd")
        )
        model = text(record["model"]) or "unknown"
        answered, thought = (
            count(record["output_tokens"]),
            count(record.get("reasoning_tokens")),
        )
        return [
            row(
                call_id=str(record["id"]),
                run_id=text(record["session_id"]),
                workflow_id="copilot_cli",
                project=project,
                called_at=at(record["created_at"]),
                model=model,
                provider=_PROVIDER,
                step_name=text(record.get("initiator")),
                input_tokens=count(record["input_tokens"]),
                cache_read_tokens=count(record.get("cache_read_tokens")),
                cache_write_5m_tokens=count(record.get("cache_write_tokens")),
                output_tokens=total(answered, thought)
                if model.startswith(_THOUGHTS_APART)
                else answered,
                reasoning_tokens=thought,
                is_cache_in_input=True,
                original={
                    name: value
                    for name, value in record.items()
                    if name not in ("cwd", "repository")
                },
            )
        ]


class _Events(Translator):
    """What was sent stands in the shutdown's sums alone; after a crash only answers are known.

    The sums of a session that goes on include what was summed before; smaller ones begin again.
    """

    def __init__(self, path: Any):
        super().__init__(path)
        self._session = path.parent.name
        self._project = ""
        self._answers: list[dict[str, Any]] = []
        self._sums: list[dict[str, Any]] = []
        self._tools: list[dict[str, Any]] = []
        self._summed: dict[str, dict[str, int]] = {}

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        data = record.get("data") or {}
        kind = record.get("type")
        if kind in ("session.start", "session.resume"):
            self._session = text(data.get("sessionId"), self._session)
            place = data.get("context")
            repository = text(at_path(place, "repository")).rpartition("/")[2]
            self._project = repository or folder_name(at_path(place, "cwd")) or self._project
        elif kind == "assistant.message":
            self._answers.append(
                self._call(
                    text(data.get("messageId"), record.get("id")),
                    text(data.get("model")),
                    record,
                    {"output_tokens": count(data.get("outputTokens"))},
                )
            )
            for request in data.get("toolRequests") or []:
                self._note_tool(
                    record,
                    tool_call(
                        at_path(request, "toolCallId"),
                        at_path(request, "name"),
                        begun=record.get("timestamp"),
                        asked=at_path(request, "arguments"),
                    ),
                )
        elif kind == "tool.execution_start":
            moment, asked = record.get("timestamp"), data.get("arguments")
            name, identity = data.get("toolName"), data.get("toolCallId")
            self._note_tool(record, tool_call(identity, name, begun=moment, asked=asked))
        elif kind == "tool.execution_complete":
            self._note_tool(
                record,
                tool_call(
                    data.get("toolCallId"),
                    ended=record.get("timestamp"),
                    answered=at_path(data.get("result"), "content"),
                    is_error=data.get("success") is False,
                ),
            )
        elif kind == "session.shutdown":
            self._add_sums(record, data.get("modelMetrics") or {})
        return []

    def finish(self) -> Iterable[dict[str, Any]]:
        return [] if self.counted_elsewhere else [*self._sums, *self._answers, *self._tools]

    @property
    def counted_elsewhere(self) -> str:
        """The store of requests, or the exported spans, if they tell this session."""
        folder = self.path.parents[2] if len(self.path.parents) > 2 else self.path.parent
        return store_of(folder, self._session) or spans_of(folder, self._session)

    def tools(self) -> list[dict[str, Any]]:
        """Return the tools of a session's events alone, as far as they can be read."""
        try:
            with self.path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if '"tool' in line:
                        self.read(as_object(line))
        except (OSError, *ODD):
            pass
        return self._tools

    def _note_tool(self, record: dict[str, Any], tool: dict[str, Any]) -> None:
        self._tools.append(tool_row(self._session, record.get("timestamp"), [tool]))

    def _add_sums(self, record: dict[str, Any], metrics: dict[str, Any]) -> None:
        for model, metric in metrics.items():
            usage = at_path(metric, "usage") or {}
            sums = {ours: count(usage.get(theirs)) or 0 for ours, theirs in _COUNTS.items()}
            sums["call_count"] = count(at_path(metric, "requests", "count")) or 0
            before = self._summed.get(model, {})
            if any(sums[name] < before.get(name, 0) for name in sums):
                before = {}
            self._summed[model] = sums
            own: dict[str, int | None] = {
                name: value - before.get(name, 0) for name, value in sums.items()
            }
            if any(own.values()):
                answered = [answer for answer in self._answers if answer["model"] == model]
                own["call_count"] = own["call_count"] or len(answered) or 1
                identity = f"{text(record.get('id'))}/{model}"
                if model.startswith(_THOUGHTS_APART):
                    own["output_tokens"] = total(own["output_tokens"], own["reasoning_tokens"])
                self._sums.append(self._call(identity, model, record, own))
        # The answers of models that were summed up are in the sums.
        self._answers = [answer for answer in self._answers if answer["model"] not in metrics]

    def _call(
        self, identity: str, model: str, record: dict[str, Any], counts: dict[str, int | None]
    ) -> dict[str, Any]:
        return row(
            call_id=identity,
            run_id=self._session,
            workflow_id="copilot_cli",
            project=self._project,
            called_at=at(record.get("timestamp")),
            model=model or "unknown",
            provider=_PROVIDER,
            is_cache_in_input=True,
            **counts,
        )


SOURCES = (
    Source(
        name="copilot_cli",
        entity="generic_calls",
        title="Copilot CLI sessions' requests (~/.copilot/session-store.db)",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("assistant_usage_events.session_id")),),
        formats=("sqlite",),
        query=_query,
        translator=_Store,
        moments=("called_at",),
    ),
    Source(
        name="copilot_cli_events",
        entity="generic_calls",
        title="Copilot CLI sessions' events (~/.copilot/session-state/*/events.jsonl)",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("type", "id", "timestamp", "data")),),
        formats=("jsonl", "json"),
        translator=_Events,
        moments=("called_at",),
    ),
)
