"""Invocations of models that Amazon Bedrock logs to S3 or CloudWatch."""

from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import (
    Translator,
    as_object,
    at,
    at_path,
    count,
    row,
    text,
)

__all__ = ["SOURCES"]

# Resources that are named for nothing: what they call stands in the answer, if at all.
_NAMELESS = (":application-inference-profile/", ":provisioned-model/")


class _Invocations(Translator):
    """A record is a request; a larger body lies in a file of its own, which is not read."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        events = record.get("events", [record])
        logs = [_log_of(event) for event in events if isinstance(event, dict)]
        return [self._call(log) for log in logs if "modelId" in log]

    def _call(self, record: dict[str, Any]) -> dict[str, Any]:
        sent, answered = record.get("input") or {}, record.get("output") or {}
        parts = _parts_of(answered.get("outputBodyJson"))
        usage = _usage_of(parts)
        metrics = _last(at_path(part, "amazon-bedrock-invocationMetrics") for part in parts)
        written = count(
            sent.get("cacheWriteInputTokenCount"),
            usage.get("cacheWriteInputTokens"),
            usage.get("cache_creation_input_tokens"),
        )
        for_an_hour = count(at_path(usage, "cache_creation", "ephemeral_1h_input_tokens")) or sum(
            count(detail.get("inputTokens")) or 0
            for detail in usage.get("cacheDetails") or []
            if isinstance(detail, dict) and detail.get("ttl") == "1h"
        )
        error = text(record.get("errorCode"))
        return row(
            call_id=text(record.get("requestId")),
            response_id=_first(parts, "id") or text(record.get("requestId")),
            workflow_id="bedrock",
            called_at=at(record.get("timestamp")),
            duration_ms=count(
                at_path(metrics, "invocationLatency"),
                _last(at_path(part, "metrics", "latencyMs") for part in parts),
            ),
            model=_model_of(record, parts),
            provider="bedrock",
            region=text(record.get("inferenceRegion"), record.get("region")),
            input_tokens=count(
                sent.get("inputTokenCount"),
                usage.get("inputTokens"),
                usage.get("input_tokens"),
                at_path(metrics, "inputTokenCount"),
            ),
            cache_read_tokens=count(
                sent.get("cacheReadInputTokenCount"),
                usage.get("cacheReadInputTokens"),
                usage.get("cache_read_input_tokens"),
            ),
            cache_write_5m_tokens=None if written is None else max(written - for_an_hour, 0),
            cache_write_1h_tokens=for_an_hour or None,
            output_tokens=count(
                answered.get("outputTokenCount"),
                usage.get("outputTokens"),
                usage.get("output_tokens"),
                at_path(metrics, "outputTokenCount"),
            ),
            is_cache_in_input=False,
            service_tier=text(
                usage.get("service_tier"), *(at_path(part, "serviceTier", "type") for part in parts)
            ),
            finish_reason=_first(parts, "stopReason") or _first(parts, "stop_reason"),
            error_type=error,
            user_id=text(at_path(record, "identity", "arn")),
            original={"input": _counts(sent), "output": _counts(answered), "usage": usage},
        )


def _log_of(event: dict[str, Any]) -> dict[str, Any]:
    """Return the log that an event of CloudWatch holds as its message; else what it is itself."""
    return as_object(event.get("message", event.get("@message"))) or event


def _parts_of(body: Any) -> list[dict[str, Any]]:
    """Return the answer, or the chunks of a stream, with what events of it wrap."""
    chunks = body if isinstance(body, list) else [body]
    parts = [chunk for chunk in chunks if isinstance(chunk, dict)]
    wrapped = (at_path(part, key) for part in parts for key in ("message", "metadata", "delta"))
    return parts + [part for part in wrapped if isinstance(part, dict)]


def _usage_of(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the counts: in a stream the last of each kind is the whole."""
    usage: dict[str, Any] = {}
    # The start of a message counts its input, the end its output; what is wrapped comes first.
    for part in [*reversed(parts)]:
        found = at_path(part, "usage")
        if isinstance(found, dict):
            usage |= {name: value for name, value in found.items() if value is not None}
    return usage


def _model_of(record: dict[str, Any], parts: list[dict[str, Any]]) -> str:
    named = text(record.get("modelId"))
    if any(kind in named for kind in _NAMELESS):
        body = at_path(record, "input", "inputBodyJson")
        return text(_first(parts, "model"), at_path(body, "model"), named)
    return named or "unknown"


def _first(parts: list[dict[str, Any]], key: str) -> str:
    return next((found for part in parts if (found := text(part.get(key)))), "")


def _last(values: Iterable[Any]) -> Any:
    return next((value for value in reversed([*values]) if value is not None), None)


def _counts(side: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in side.items() if name.endswith("Count")}


SOURCES = (
    Source(
        name="bedrock",
        entity="generic_calls",
        title="Bedrock's model invocation logs",
        run_keys=("run_id", "call_id"),
        signatures=(
            Signature(all_of=keys("schemaType", "modelId", "requestId")),
            # What CloudWatch gives of a log group: by its API, and as an export of a search.
            Signature(all_of=keys("timestamp", "message", "ingestionTime")),
            Signature(all_of=keys("@timestamp", "@message")),
        ),
        formats=("jsonl", "json", "csv"),
        lists_at=("events",),
        members_at=("events",),
        translator=_Invocations,
        moments=("called_at",),
    ),
)
