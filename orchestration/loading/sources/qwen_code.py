"""Chats that Qwen Code keeps: the envelope of Claude Code's lines, the counts of Google's API."""

from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call, tool_row
from orchestration.loading.translator import (
    Translator,
    at,
    at_path,
    count,
    folder_name,
    row,
    text,
    total,
)

__all__ = ["SOURCES"]


class _Chat(Translator):
    """An assistant's record with usage is a call."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        usage = record.get("usageMetadata")
        session, agent = text(record.get("sessionId")), text(record.get("agentId"))
        run = "/".join(part for part in (session, agent) if part)
        copied_from = text(at_path(record, "forkedFrom", "sessionId"))
        tools = list(_tools_of(record))
        if not isinstance(usage, dict) or record.get("type") != "assistant":
            return [tool_row(run, record.get("timestamp"), tools)] if tools else []
        sent, answered, thought, cached, all_of_them = (
            count(usage.get(name))
            for name in (
                "promptTokenCount",
                "candidatesTokenCount",
                "thoughtsTokenCount",
                "cachedContentTokenCount",
                "totalTokenCount",
            )
        )
        # Back ends of OpenAI's kind count thoughts as a part of the answer; the total shows it.
        is_part = thought and all_of_them is not None and all_of_them == total(sent, answered)
        return [
            row(
                call_id=text(record.get("uuid")),
                copy_id=text(record.get("uuid")),
                copied_from_run_id="" if copied_from == session else copied_from,
                run_id=run,
                parent_run_id=session if agent else "",
                workflow_id=agent or "qwen_code",
                project=folder_name(record.get("cwd")),
                called_at=at(record.get("timestamp")),
                model=text(record.get("model")) or "unknown",
                input_tokens=sent,
                cache_read_tokens=cached,
                output_tokens=answered if is_part else total(answered, thought),
                reasoning_tokens=thought,
                is_cache_in_input=True,
                tool_calls=tools,
                original=usage,
            )
        ]


def _tools_of(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    moment = record.get("timestamp")
    for part in at_path(record, "message", "parts") or []:
        asked, answered = at_path(part, "functionCall"), at_path(part, "functionResponse")
        if isinstance(asked, dict):
            yield tool_call(
                asked.get("id"), asked.get("name"), begun=moment, asked=asked.get("args")
            )
        elif isinstance(answered, dict):
            response = answered.get("response")
            yield tool_call(
                answered.get("id"),
                ended=moment,
                answered=response,
                is_error=at_path(record, "toolCallResult", "status") == "error"
                or at_path(response, "error") is not None,
            )


SOURCES = (
    Source(
        name="qwen_code",
        entity="generic_calls",
        title="Qwen Code chats (~/.qwen/projects/*/chats)",
        run_keys=("run_id",),
        signatures=(
            Signature(
                all_of=keys("sessionId", "type", "uuid"),
                one_of=(keys("usageMetadata", "toolCallResult", "systemPayload", "message.parts"),),
            ),
        ),
        translator=_Chat,
        moments=("called_at",),
    ),
)
