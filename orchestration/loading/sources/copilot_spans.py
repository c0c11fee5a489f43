"""What Copilot exports as telemetry to a file: spans and events, each a line of its own shape."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.copilot_places import store_of
from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import Translator, at, at_path, count, row, text

__all__ = ["SOURCES"]

_SESSIONS = (
    "gen_ai.conversation.id",
    "copilot_chat.session_id",
    "copilot_chat.chat_session_id",
    "session.id",
)
# Each repeats the one before it, which counts alone.
_KINDS = ("request", "inference", "turn", "agent")
_NS_PER_MS = 1_000_000


class _Spans(Translator):
    """A request is a span; where none is logged an event tells of it, or a sum of them."""

    def __init__(self, path: Any):
        super().__init__(path)
        self._found: list[tuple[str, str, dict[str, Any]]] = []
        self._sessions: dict[str, str] = {}
        self._models: dict[str, str] = {}
        self._store = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        attributes = record.get("attributes")
        if not isinstance(attributes, dict):
            return []
        trace = _id_of(record, "traceId")
        session = text(*(attributes.get(name) for name in _SESSIONS))
        model = text(
            attributes.get("gen_ai.response.model"), attributes.get("gen_ai.request.model")
        )
        if trace and session:
            self._sessions.setdefault(trace, session)
        if trace and model:
            self._models.setdefault(trace, model)
        kind = _kind_of(record, attributes)
        if kind:
            call = self._call(record, attributes, trace, session, model)
            if any(call.get(name) for name in ("input_tokens", "output_tokens")):
                self._found.append((kind, trace, call))
        return []

    def finish(self) -> Iterable[dict[str, Any]]:
        """Return the calls: what repeats others is known at the end of the file."""
        folder = self.path.parent.parent
        calls = []
        known: dict[str, set[str]] = {}
        for kind in _KINDS:
            of_kind = [found for found in self._found if found[0] == kind]
            for _, trace, call in of_kind:
                names = {trace, call.get("response_id", "")} - {""}
                above = set().union(*(known[each] for each in _KINDS[: _KINDS.index(kind)]))
                if names & above:
                    continue
                run = call.get("run_id") or self._sessions.get(trace) or trace
                store = store_of(folder, run) if run else ""
                self._store = self._store or store
                if not store:
                    named = {"run_id": run or self.path.stem}
                    model = call["model"] or self._models.get(trace) or "unknown"
                    calls.append(call | named | {"model": model})
            known[kind] = {
                name for _, trace, call in of_kind for name in (trace, call.get("response_id", ""))
            } - {""}
        return calls

    @property
    def counted_elsewhere(self) -> str:
        """The store of requests, for the sessions that it has."""
        return self._store

    def _call(
        self,
        record: dict[str, Any],
        attributes: dict[str, Any],
        trace: str,
        session: str,
        model: str,
    ) -> dict[str, Any]:
        counts = {
            ours: count(*(attributes.get(f"gen_ai.usage.{name}") for name in theirs))
            for ours, theirs in (
                ("input_tokens", ("input_tokens",)),
                ("cache_read_tokens", ("cache_read.input_tokens",)),
                (
                    "cache_write_5m_tokens",
                    ("cache_creation.input_tokens", "cache_write.input_tokens"),
                ),
                ("output_tokens", ("output_tokens",)),
                ("reasoning_tokens", ("reasoning.output_tokens", "reasoning_tokens")),
            )
        }
        begun, ended = (_moment(record.get(name)) for name in ("startTime", "endTime"))
        response = text(attributes.get("gen_ai.response.id"))
        called = begun or next(
            (
                moment
                for name in ("hrTime", "_hrTime", "time", "timestamp", "timeUnixNano")
                if (moment := _moment(record.get(name)))
            ),
            None,
        )
        identity = "/".join(part for part in (trace, _id_of(record, "spanId")) if part)
        return row(
            call_id=identity or response,
            response_id=response,
            run_id=session,
            workflow_id="copilot_cli",
            called_at=at(called),
            duration_ms=ended - begun if begun and ended else None,
            provider="github_copilot",
            is_cache_in_input=True,
            finish_reason=text(*_listed(attributes.get("gen_ai.response.finish_reasons"))),
            **counts,
        ) | {"model": model}


def _kind_of(record: dict[str, Any], attributes: dict[str, Any]) -> str:
    operation, name = text(attributes.get("gen_ai.operation.name")), text(record.get("name"))
    if record.get("type") == "span" or (name and "spanContext" not in record):
        if operation == "chat" or name.startswith("chat "):
            return "request"
        return "agent" if operation == "invoke_agent" or name.startswith("invoke_agent ") else ""
    event = text(attributes.get("event.name"), record.get("body"), record.get("_body"))
    if event == "gen_ai.client.inference.operation.details" or event.startswith("GenAI inference:"):
        return "inference"
    return "turn" if event.startswith("copilot_chat.agent.turn") else ""


def _id_of(record: dict[str, Any], name: str) -> str:
    return text(record.get(name), at_path(record, "spanContext", name))


def _moment(value: Any) -> float | None:
    """Return milliseconds since 1970: of seconds and nanoseconds, or of one number."""
    if isinstance(value, list):
        whole, rest = ([count(part) for part in value] + [None, None])[:2]
        return None if whole is None else whole * 1000 + (rest or 0) / _NS_PER_MS
    number = count(value)
    if not number:
        return None
    # Nanoseconds, microseconds, milliseconds or seconds, by their size.
    for least, divisor in ((1e17, _NS_PER_MS), (1e14, 1000), (1e11, 1)):
        if number >= least:
            return number / divisor
    return number * 1000.0


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


SOURCES = (
    Source(
        name="copilot_cli_spans",
        entity="generic_calls",
        title="Copilot's telemetry in a file (~/.copilot/otel/*.jsonl)",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("attributes"),
                one_of=(
                    keys("hrTime", "_hrTime", "startTime", "spanContext", "_body"),
                    keys("type", "name", "resource", "instrumentationScope", "body", "_body"),
                ),
                none_of=keys(
                    "resourceSpans", "resourceLogs", "span_kind", "context", "trace_id", "traceID"
                ),
            ),
        ),
        formats=("jsonl", "json"),
        translator=_Spans,
        moments=("called_at",),
    ),
)
