"""Threads that Amp kept on the machine of its user."""

from collections.abc import Iterable, Iterator
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


class _Thread(Translator):
    """A thread has a ledger of its calls, or their usage next to the messages: never both count."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        messages = [m for m in record.get("messages") or [] if isinstance(m, dict)]
        ledger = at_path(record, "usageLedger", "events")
        thread = text(record.get("id"))
        # Credits are Amp's own money, and no price of what was used.
        shared = {
            "run_id": thread,
            "workflow_id": "amp",
            "project": folder_name(self._workspace(record)),
            "is_cache_in_input": False,
        }
        tools = list(_tools_of(messages, record.get("created")))
        others = [tool_row(thread, record.get("created"), tools)] if tools else []
        if isinstance(ledger, list) and ledger:
            cached = {message.get("messageId"): message.get("usage") for message in messages}
            return others + [
                row(
                    call_id=text(event.get("id")) or f"{thread}/{number}",
                    called_at=at(event.get("timestamp")),
                    model=text(event.get("model")) or "unknown",
                    input_tokens=count(at_path(event, "tokens", "input")),
                    output_tokens=count(at_path(event, "tokens", "output")),
                    **self._cached(cached.get(event.get("toMessageId"))),
                    **shared,
                )
                for number, event in enumerate(ledger)
            ]
        return others + [
            row(
                call_id=f"{thread}/{message.get('messageId', number)}",
                called_at=at(usage.get("timestamp"), record.get("created")),
                model=text(usage.get("model")) or "unknown",
                input_tokens=count(usage.get("inputTokens")),
                output_tokens=count(usage.get("outputTokens")),
                **self._cached(usage),
                **shared,
            )
            for number, message in enumerate(messages)
            if message.get("role") == "assistant"
            and isinstance(usage := message.get("usage"), dict)
        ]

    def _cached(self, usage: Any) -> dict[str, int | None]:
        return {
            "cache_read_tokens": count(at_path(usage, "cacheReadInputTokens")),
            "cache_write_5m_tokens": count(at_path(usage, "cacheCreationInputTokens")),
        }

    def _workspace(self, record: dict[str, Any]) -> str:
        trees = at_path(record, "env", "initial", "trees")
        first = trees[0] if isinstance(trees, list) and trees else None
        return text(at_path(first, "uri"), at_path(first, "displayName"))


def _tools_of(messages: list[dict[str, Any]], created: Any) -> Iterator[dict[str, Any]]:
    """Yield the tools that messages ask for, and their results, which are in later ones."""
    moment = created
    for message in messages:
        moment = at_path(message, "usage", "timestamp") or moment
        content = message.get("content")
        for part in content if isinstance(content, list) else []:
            kind = at_path(part, "type")
            if kind == "tool_use":
                yield tool_call(
                    part.get("id"), part.get("name"), begun=moment, asked=part.get("input")
                )
            elif kind == "tool_result":
                run = as_object(part.get("run"))
                yield tool_call(
                    part.get("toolUseID", part.get("tool_use_id")),
                    answered=run.get("result", part.get("content")),
                    is_error=run.get("status") == "error" or bool(part.get("is_error")),
                )


SOURCES = (
    Source(
        name="amp",
        entity="generic_calls",
        title="Amp's threads (~/.local/share/amp/threads)",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("id", "created", "messages"),
                none_of=keys("object", "choices", "sessionId"),
            ),
        ),
        translator=_Thread,
        moments=("called_at",),
    ),
)
