"""Requests to Gemini that Vertex AI logs to a table of BigQuery, as it is exported."""

import json
from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.translator import (
    Translator,
    as_object,
    at,
    at_path,
    count,
    row,
    text,
    total,
    units,
)

__all__ = ["SOURCES"]

_TIERS = {"_PRIORITY": "priority", "_FLEX": "flex", "_BATCH": "batch"}
_MODALITIES = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}


class _Requests(Translator):
    """A row is a request; what it used stands in its answer, of a stream in the last chunk."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        answer = _answer_of(record)
        usage = as_object(answer.get("usageMetadata"))
        sent, by_tools, cached, answered, thought, whole = (
            count(usage.get(f"{name}TokenCount"))
            for name in (
                "prompt",
                "toolUsePrompt",
                "cachedContent",
                "candidates",
                "thoughts",
                "total",
            )
        )
        # Where prompt and candidates are all there is, the thoughts are a part of these.
        is_apart = total(sent, by_tools, answered) != whole
        traffic = text(usage.get("trafficType"))
        endpoint = text(record.get("endpoint"))
        parts = endpoint.split("/")
        candidates = answer.get("candidates")
        first = candidates[0] if isinstance(candidates, list) and candidates else None
        model = text(answer.get("modelVersion"), record.get("model")) or "unknown"
        return [
            row(
                call_id=str(record.get("request_id") or ""),
                response_id=text(answer.get("responseId")),
                workflow_id="vertex",
                called_at=at(record.get("logging_time")),
                model=model.rpartition("/")[2],
                provider="vertex_ai",
                region=parts[parts.index("locations") + 1] if "locations" in parts[:-1] else "",
                service_tier=next((tier for end, tier in _TIERS.items() if end in traffic), ""),
                input_tokens=total(sent, by_tools),
                cache_read_tokens=cached,
                output_tokens=total(answered, thought if is_apart else None),
                reasoning_tokens=thought,
                is_cache_in_input=True,
                usage_units=_units_of(usage),
                finish_reason=text(at_path(first, "finishReason")),
                original=usage,
            )
        ]


def _answer_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the answer; the payloads are its parts where it is not there as a whole."""
    whole = as_object(record.get("full_response"))
    if whole.get("usageMetadata"):
        return whole
    found = record.get("response_payload")
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except ValueError:
            found = None
    chunks = [as_object(chunk) for chunk in (found if isinstance(found, list) else [found])]
    return next((chunk for chunk in reversed(chunks) if chunk.get("usageMetadata")), whole)


def _units_of(usage: dict[str, Any]) -> dict[str, int] | None:
    """Return the tokens that may have a price of their own: of a prompt those that no cache had."""
    cached = _tokens_by_kind(usage.get("cacheTokensDetails"))
    found = {
        f"{kind}_input_tokens": max(tokens - cached.get(kind, 0), 0)
        for kind, tokens in _tokens_by_kind(usage.get("promptTokensDetails")).items()
    }
    found |= {f"{kind}_cache_read_tokens": tokens for kind, tokens in cached.items()}
    answered = _tokens_by_kind(usage.get("candidatesTokensDetails"))
    found |= {f"{kind}_output_tokens": tokens for kind, tokens in answered.items()}
    # What a cache held of a video has no price of its own.
    found.pop("video_cache_read_tokens", None)
    return units(**found)


def _tokens_by_kind(details: Any) -> dict[str, int]:
    return {
        _MODALITIES[kind]: count(at_path(detail, "tokenCount")) or 0
        for detail in (details if isinstance(details, list) else [])
        if (kind := str(at_path(detail, "modality"))) in _MODALITIES
    }


SOURCES = (
    Source(
        name="vertex",
        entity="generic_calls",
        title="Vertex AI's request-response logs (BigQuery)",
        run_keys=("run_id", "call_id"),
        signatures=(
            Signature(
                all_of=keys("logging_time", "request_id"),
                one_of=(keys("full_response", "response_payload"),),
            ),
        ),
        formats=TABLE_FORMATS,
        translator=_Requests,
        moments=("called_at",),
    ),
)
