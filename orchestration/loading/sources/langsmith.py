"""Runs of LangSmith: JSON lines of its API and SDK, and its bulk export."""

import json
from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import (
    Translator,
    as_object,
    at,
    at_path,
    count,
    milliseconds,
    row,
    text,
    total,
)

__all__ = ["SOURCES"]

# Pages of the API hold their runs at the first, saved answers of the SDK at the second.
_PAGES = ("runs", "data")
_ID_CHARS = len("00000000-0000-0000-0000-000000000000")
_CALLS = {"llm": "chat", "embedding": "embedding"}


class _Runs(Translator):
    """Runs of models and tools; what chains and roots count are sums of those below."""

    def __init__(self, path: Any):
        super().__init__(path)
        self._roots: dict[str, str] = {}
        self._calls: list[dict[str, Any]] = []

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = next((record[key] for key in _PAGES if key in record), record)
        for run in held if isinstance(held, list) else [held]:
            if not isinstance(run, dict):
                continue
            if not run.get("parent_run_id"):
                self._roots[str(run.get("trace_id") or run.get("id"))] = text(run.get("name"))
            if run.get("run_type") in _CALLS:
                self._calls.append(self._call(run))
            elif run.get("run_type") == "tool":
                tool = tool_call(
                    run.get("id"),
                    run.get("name"),
                    begun=run.get("start_time"),
                    ended=run.get("end_time"),
                    asked=run.get("inputs"),
                    answered=run.get("outputs"),
                    is_error=bool(run.get("error")),
                )
                trace = str(run.get("trace_id") or run.get("id") or "")
                self._calls.append(tool_row(trace, run.get("start_time"), [tool]))
        return []

    def finish(self) -> Iterable[dict[str, Any]]:
        """Return the calls: the root that names their workflow may come after them."""
        return [
            call | {"workflow_id": self._roots.get(call["run_id"]) or "langsmith"}
            for call in self._calls
        ]

    def _call(self, run: dict[str, Any]) -> dict[str, Any]:
        extra, outputs = as_object(run.get("extra")), as_object(run.get("outputs"))
        metadata = as_object(extra.get("metadata"))
        usage = _usage_of(outputs)
        details, answer_details = (
            next(filter(None, map(as_object, found)), {})
            for found in (
                (
                    run.get("prompt_token_details"),
                    usage.get("input_token_details"),
                    usage.get("prompt_tokens_details"),
                ),
                (
                    run.get("completion_token_details"),
                    usage.get("output_token_details"),
                    usage.get("completion_tokens_details"),
                ),
            )
        )
        sent = count(
            run.get("prompt_tokens"), usage.get("input_tokens"), usage.get("prompt_tokens")
        )
        read = count(details.get("cache_read"), details.get("cached_tokens"))
        for_5m = count(details.get("ephemeral_5m_input_tokens"))
        for_1h = count(details.get("ephemeral_1h_input_tokens"))
        written = count(details.get("cache_creation"))
        if for_5m is None and for_1h is None:
            for_5m = written
        cached = total(read, for_5m, for_1h) or 0
        return row(
            call_id=str(run.get("id") or ""),
            outer_call_ids=_outer_runs(run),
            run_id=str(run.get("trace_id") or run.get("id") or ""),
            step_name=text(run.get("name")),
            conversation_id=text(
                metadata.get("thread_id"),
                metadata.get("session_id"),
                metadata.get("conversation_id"),
            ),
            project=text(run.get("session_name")) or str(run.get("session_id") or ""),
            called_at=at(run.get("start_time")),
            duration_ms=milliseconds(run.get("start_time"), run.get("end_time")),
            model=text(
                metadata.get("ls_model_name"),
                at_path(as_object(extra.get("invocation_params")), "model"),
                at_path(as_object(extra.get("invocation_params")), "model_name"),
            )
            or "unknown",
            provider=text(metadata.get("ls_provider")),
            input_tokens=sent,
            cache_read_tokens=read,
            cache_write_5m_tokens=for_5m,
            cache_write_1h_tokens=for_1h,
            output_tokens=count(
                run.get("completion_tokens"),
                usage.get("output_tokens"),
                usage.get("completion_tokens"),
            ),
            reasoning_tokens=count(
                answer_details.get("reasoning"), answer_details.get("reasoning_tokens")
            ),
            # Cached tokens are a part of the prompt; some wrappers sent a prompt without them.
            is_cache_in_input=cached <= (sent or 0),
            cost_usd=None if run.get("total_cost") is None else str(run["total_cost"]),
            error_type="error" if run.get("error") else "",
            error_message=text(run.get("error"))[:1000],
            tags=json.dumps(run["tags"]) if isinstance(run.get("tags"), list) else "",
            original={"prompt_token_details": details, "completion_token_details": answer_details},
        )


def _outer_runs(run: dict[str, Any]) -> list[str]:
    """Return the runs that a run lies in: its order names all of them, behind their times."""
    order = text(run.get("dotted_order")).split(".")
    ids = [part[-_ID_CHARS:] for part in order if len(part) > _ID_CHARS]
    found = [*ids, str(run.get("parent_run_id") or "")]
    return [name for name in dict.fromkeys(found) if name not in ("", str(run.get("id")))]


def _usage_of(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the counts that stand in what a model's run put out."""
    generations = outputs.get("generations")
    while isinstance(generations, list):
        generations = generations[0] if generations else None
    for found in (
        outputs.get("usage_metadata"),
        at_path(generations, "message", "kwargs", "usage_metadata"),
        at_path(outputs, "llm_output", "token_usage"),
    ):
        if isinstance(found, dict):
            return found
    return {}


SOURCES = (
    Source(
        name="langsmith",
        entity="generic_calls",
        title="LangSmith's runs",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("run_type", "start_time"),
                one_of=(keys("trace_id", "dotted_order", "session_id", "parent_run_id"),),
            ),
        ),
        formats=TABLE_FORMATS,
        lists_at=_PAGES,
        members_at=_PAGES,
        translator=_Runs,
        moments=("called_at",),
    ),
)
