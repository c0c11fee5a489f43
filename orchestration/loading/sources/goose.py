"""Sessions of Goose: what each used in all, from its SQLite file or the first line of its own."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call
from orchestration.loading.translator import (
    Translator,
    as_object,
    at,
    at_path,
    changed_at,
    count,
    folder_name,
    row,
    text,
)

__all__ = ["SOURCES"]


_MESSAGES = """(
    select json_group_array(json_array(created_timestamp, json(content_json)))
    from messages
    where messages.session_id = sessions.id and json_valid(content_json)
)"""


def _query(names: frozenset[str]) -> str:
    """Return each session with its messages, where they are kept as they are known to be."""
    is_known = {
        f"messages.{name}" for name in ("session_id", "content_json", "created_timestamp")
    } <= names
    return f"select *, {_MESSAGES if is_known else 'null'} as messages from sessions order by id"


class _Session(Translator):
    """The accumulated counts are the session's, the plain ones its last call's."""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        if "working_dir" not in record:
            return []
        sent, answered, all_of_them = (
            count(record.get(f"accumulated_{name}"), record.get(name))
            for name in ("input_tokens", "output_tokens", "total_tokens")
        )
        if not (sent or answered or all_of_them):
            return []
        # What is in the total alone was thought.
        thought = max((all_of_them or 0) - (sent or 0) - (answered or 0), 0)
        identity = text(record.get("id")) or self.path.name.split(".")[0]
        return [
            row(
                run_id=identity,
                workflow_id="goose",
                project=folder_name(record.get("working_dir")),
                started_at=at(record.get("created_at")),
                ended_at=at(record.get("updated_at"), record.get("created_at"))
                or changed_at(self.path),
                model=text(at_path(_config_of(record), "model_name")) or "unknown",
                provider=text(record.get("provider_name")),
                input_tokens=sent,
                output_tokens=None if answered is None else answered + thought,
                reasoning_tokens=thought or None,
                tool_calls=list(_tools_of(record.get("messages"))),
                original={name: value for name, value in record.items() if "tokens" in name},
            )
        ]


def _tools_of(messages: Any) -> Iterator[dict[str, Any]]:
    for moment, content in json.loads(messages) if messages else []:
        for part in content if isinstance(content, list) else []:
            kind = at_path(part, "type")
            if kind == "toolRequest":
                asked = at_path(part, "toolCall", "value")
                yield tool_call(
                    part.get("id"),
                    at_path(asked, "name"),
                    begun=moment,
                    asked=at_path(asked, "arguments"),
                )
            elif kind == "toolResponse":
                result = as_object(part.get("toolResult"))
                yield tool_call(
                    part.get("id"),
                    ended=moment,
                    answered=result.get("value"),
                    is_error=result.get("status") == "error",
                )


def _config_of(record: dict[str, Any]) -> Any:
    try:
        return json.loads(record.get("model_config_json") or "{}")
    except ValueError:
        return {}


SOURCES = (
    Source(
        name="goose",
        entity="generic_runs",
        title="Goose's sessions (sessions.db, or a file each)",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("sessions.accumulated_total_tokens", "sessions.working_dir")),
            Signature(all_of=keys("working_dir", "total_tokens")),
        ),
        formats=("sqlite", "jsonl"),
        query=_query,
        translator=_Session,
        moments=("ended_at",),
    ),
)
