"""Runs of LangSmith: JSON lines of its API and SDK, and its bulk export."""

import json
import re
from collections.abc import Iterable
from typing import Any

from orchestration.loading.nesting import Nesting
from orchestration.loading.sources.declaration import TABLE_FORMATS, Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import (
    NUMBER,
    Translator,
    as_object,
    at,
    at_path,
    count,
    milliseconds,
    row,
    text,
    total,
    units,
)
from orchestration.loading.written_numbers import as_number

__all__ = ["SOURCES"]

# Pages of the API hold their runs at the first, saved answers of the SDK at the second.
_PAGES = ("runs", "data")
_ID_CHARS = len("00000000-0000-0000-0000-000000000000")
_RESPONSE_ID = re.compile(r"(?:chatcmpl|cmpl|resp|msg|gen)[-_]")
_CALLS = {"llm": "chat", "embedding": "embedding"}


class _Runs(Translator):
    """Runs of models and tools; what chains and roots count are sums of those below."""

    def __init__(self, path: Any):
        super().__init__(path)
        self._roots: dict[str, str] = {}
        self._calls: list[tuple[int, dict[str, Any], list[str]]] = []
        self._nesting = Nesting()

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        held = next((record[key] for key in _PAGES if key in record), record)
        for run in held if isinstance(held, list) else [held]:
            if not isinstance(run, dict):
                continue
            if not run.get("parent_run_id"):
                self._roots[str(run.get("trace_id") or run.get("id"))] = text(run.get("name"))
            identity, parent = str(run.get("id") or ""), str(run.get("parent_run_id") or "")
            self._nesting.note(identity, parent, is_tool=run.get("run_type") == "tool")
            if run.get("run_type") in _CALLS:
                self._calls.append((self.number, self._call(run), _outer_runs(run)))
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
                row_of_tool = tool_row(trace, run.get("start_time"), [tool])
                self._calls.append((self.number, row_of_tool, []))
        return []

    def finish(self) -> Iterable[dict[str, Any]]:
        """Return the calls: the root that names their workflow may come after them."""
        return [
            call
            | {NUMBER: number}
            | {"workflow_id": self._roots.get(call["run_id"]) or "langsmith"}
            | row(outer_call_ids=self._nesting.around(call.get("call_id", ""), around))
            for number, call, around in self._calls
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
        # The second is how the SDK for JavaScript wrote it at first.
        for_1h = count(
            details.get("ephemeral_1h_input_tokens"), details.get("ephemeral_1hr_input_tokens")
        )
        written = count(details.get("cache_creation"))
        if for_5m is None and for_1h is None:
            for_5m = written
        cached = total(read, for_5m, for_1h) or 0
        if _is_counted_twice(extra, sent or 0, (read, for_5m, for_1h)):
            read, for_5m, for_1h = (number and number // 2 for number in (read, for_5m, for_1h))
            cached //= 2
        return row(
            call_id=str(run.get("id") or ""),
            response_id=_response_id(outputs),
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
            usage_units=units(
                audio_input_tokens=count(details.get("audio"), details.get("audio_tokens")),
                audio_output_tokens=count(
                    answer_details.get("audio"), answer_details.get("audio_tokens")
                ),
            ),
            # Cached tokens are a part of the prompt; some wrappers sent a prompt without them.
            is_cache_in_input=cached <= (sent or 0),
            cost_usd=_cost_of(run),
            error_type="error" if run.get("error") else "",
            error_message=text(run.get("error"))[:1000],
            tags=json.dumps(run["tags"]) if isinstance(run.get("tags"), list) else "",
            original={"prompt_token_details": details, "completion_token_details": answer_details},
        )


def _is_counted_twice(extra: dict[str, Any], sent: int, counts: tuple[int | None, ...]) -> bool:
    """Say whether cached tokens were added up from the start and the end of a stream.

    LangChain for JavaScript did so until March 2026: more was cached than there was sent, and half
    of it fits.
    """
    runtime = as_object(extra.get("runtime"))
    known = [number for number in counts if number]
    return (
        any(text(runtime.get(key)).endswith("-js") for key in ("library", "sdk"))
        and sum(known) // 2 <= sent < sum(known)
        and not any(number % 2 for number in known)
    )


def _cost_of(run: dict[str, Any]) -> str | None:
    """Return the whole cost, else that of prompt and answer."""
    if run.get("total_cost") is not None:
        return str(run["total_cost"])
    parts = [as_number(run.get(f"{part}_cost")) for part in ("prompt", "completion")]
    known = [part for part in parts if part is not None]
    return str(sum(known)) if known else None


def _outer_runs(run: dict[str, Any]) -> list[str]:
    """Return the runs that a run names as around it: its order has all, behind their times."""
    order = text(run.get("dotted_order")).split(".")[:-1]
    ids = [part[-_ID_CHARS:] for part in order if len(part) > _ID_CHARS]
    listed = run.get("parent_run_ids")
    found = [*ids, *(listed if isinstance(listed, list) else [])]
    return [str(name) for name in reversed(found) if name]


def _usage_of(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the counts that stand in what a model's run put out."""
    for found in (
        outputs.get("usage_metadata"),
        _answer_of(outputs).get("usage_metadata"),
        at_path(outputs, "llm_output", "token_usage"),
    ):
        if isinstance(found, dict):
            return found
    return {}


def _response_id(outputs: dict[str, Any]) -> str:
    """Return the provider's id of the answer; LangChain's own begin with `run`."""
    answer = _answer_of(outputs)
    found = text(
        at_path(answer, "response_metadata", "id"),
        at_path(outputs, "llm_output", "id"),
        answer.get("id"),
    )
    return found if _RESPONSE_ID.match(found) else ""


def _answer_of(outputs: dict[str, Any]) -> dict[str, Any]:
    generations = outputs.get("generations")
    while isinstance(generations, list):
        generations = generations[0] if generations else None
    return as_object(at_path(generations, "message", "kwargs"))


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
