"""Spans of Arize Phoenix: data frames as JSON lines, CSV or Parquet, and answers of its APIs."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from orchestration.loading.nesting import Nesting
from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import (
    NUMBER,
    Translator,
    at,
    at_path,
    count,
    milliseconds,
    row,
    text,
    units,
)
from orchestration.loading.written_numbers import as_number

__all__ = ["SOURCES"]

_COUNTS = "attributes.llm.token_count"
_CALLS = ("LLM", "EMBEDDING")


class _Spans(Translator):
    """Spans of models and tools; of a model's in another the inner one with usage counts."""

    def __init__(self, path: Any):
        super().__init__(path)
        self._nesting = Nesting()
        self._calls: dict[str, dict[str, Any]] = {}

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = record.get("data", record)
        for span in held if isinstance(held, list) else [held]:
            if isinstance(span, dict):
                for each in [span] if "span_kind" in span else _nodes(span):
                    self._note(each)
        return []

    def finish(self) -> Iterable[dict[str, Any]]:
        """Return the calls: only when all spans are known it is clear which lie in which."""
        return [
            call | row(outer_call_ids=self._nesting.around(identity)) if "model" in call else call
            for identity, call in self._calls.items()
        ]

    def _note(self, span: dict[str, Any]) -> None:
        identity = text(_value(span, "context.span_id"))
        kind = text(span.get("span_kind")).upper()
        self._nesting.note(identity, text(span.get("parent_id")), is_tool=kind == "TOOL")
        if kind == "TOOL":
            tool = tool_call(
                identity,
                text(_value(span, "attributes.tool.name"), span.get("name")),
                begun=span.get("start_time"),
                ended=span.get("end_time"),
                asked=_value(span, "attributes.input.value"),
                answered=_value(span, "attributes.output.value"),
                is_error=text(span.get("status_code")).upper() == "ERROR",
            )
            trace = text(_value(span, "context.trace_id")) or identity
            self._calls[identity] = tool_row(trace, span.get("start_time"), [tool]) | {
                NUMBER: self.number
            }
            return
        if kind not in _CALLS:
            return
        trace = text(_value(span, "context.trace_id"))
        counts = {
            name: count(_value(span, f"{_COUNTS}.{path}"))
            for name, path in (
                ("input_tokens", "prompt"),
                ("output_tokens", "completion"),
                ("cache_read_tokens", "prompt_details.cache_read"),
                ("cache_write_5m_tokens", "prompt_details.cache_write"),
                ("reasoning_tokens", "completion_details.reasoning"),
            )
        }
        if kind == "EMBEDDING" and counts["input_tokens"] is None:
            counts["input_tokens"] = count(_value(span, f"{_COUNTS}.total"))
        is_error = text(span.get("status_code")).upper() == "ERROR"
        self._calls[identity] = row(
            call_id=identity,
            run_id=trace or identity,
            workflow_id="phoenix",
            step_name=text(span.get("name")),
            conversation_id=text(_value(span, "attributes.session.id")),
            called_at=at(span.get("start_time")),
            duration_ms=milliseconds(at(span.get("start_time")), at(span.get("end_time"))),
            model=text(
                _value(span, "attributes.llm.model_name"),
                _value(span, "attributes.embedding.model_name"),
            )
            or "unknown",
            provider=text(_value(span, "attributes.llm.provider")),
            cost_usd=_cost_of(span),
            usage_units=units(
                audio_input_tokens=count(_value(span, f"{_COUNTS}.prompt_details.audio")),
                audio_output_tokens=count(_value(span, f"{_COUNTS}.completion_details.audio")),
            ),
            is_cache_in_input=True,
            error_type="error" if is_error else "",
            error_message=text(span.get("status_message")) if is_error else "",
            user_id=text(_value(span, "attributes.user.id")),
            **counts,
        ) | {NUMBER: self.number}


def _nodes(held: Any) -> Iterable[dict[str, Any]]:
    """Yield the spans of an answer to GraphQL, wherever they lie, under the data frame's names."""
    if isinstance(held, list):
        for inner in held:
            yield from _nodes(inner)
    elif isinstance(held, dict) and "spanKind" in held:
        names = (("spanId", "context"), ("traceId", "context"), ("traceId", "trace"))
        identity, *traces = (text(held.get(key), at_path(held, outer, key)) for key, outer in names)
        counts = {
            f"{_COUNTS}.{part.lower()}": held.get(f"tokenCount{part}")
            for part in ("Prompt", "Completion", "Total")
        }
        yield {
            "name": held.get("name"),
            "span_kind": held["spanKind"],
            "parent_id": held.get("parentId"),
            "start_time": held.get("startTime"),
            "end_time": held.get("endTime"),
            "status_code": held.get("statusCode"),
            "status_message": held.get("statusMessage"),
            "context": {"span_id": identity, "trace_id": text(*traces)},
            "attributes": held.get("attributes"),
            **{name: number for name, number in counts.items() if number is not None},
        }
    elif isinstance(held, dict):
        for inner in held.values():
            yield from _nodes(inner)


def _cost_of(span: dict[str, Any]) -> str | None:
    whole, prompt, completion = (
        as_number(_value(span, f"attributes.llm.cost.{part}"))
        for part in ("total", "prompt", "completion")
    )
    if whole is None and (prompt is not None or completion is not None):
        whole = (prompt or Decimal()) + (completion or Decimal())
    return None if whole is None else str(whole)


def _value(span: dict[str, Any], path: str) -> Any:
    """Return what a path leads to: a column of that name, or what lies deeper."""
    if path in span:
        return span[path]
    for place in (index for index, char in enumerate(path) if char == "."):
        inner = span.get(path[:place])
        if isinstance(inner, str) and inner.startswith("{"):
            try:
                inner = json.loads(inner)
            except ValueError:
                continue
        if isinstance(inner, dict):
            found = _value(inner, path[place + 1 :])
            if found is not None:
                return found
    return None


SOURCES = (
    Source(
        name="phoenix",
        entity="generic_calls",
        title="Phoenix's spans",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("span_kind", "context.span_id")),
            Signature(all_of=keys("span_kind", "context", "start_time")),
            # Of its GraphQL: spans, and answers with those of a project.
            Signature(
                all_of=keys("spanKind", "startTime"),
                one_of=(keys("context", "trace", "tokenCountPrompt", "tokenCountTotal"),),
            ),
            Signature(all_of=keys("_key", "spans")),
        ),
        formats=TABLE_FORMATS,
        records_at="data",
        translator=_Spans,
        moments=("called_at",),
    ),
)
