"""Sessions of OpenCode and of what shares its storage: a SQLite file, before a file per message."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.tool_calls import tool_call
from orchestration.loading.translator import (
    Translator,
    at,
    at_path,
    count,
    folder_name,
    row,
    state_of,
    text,
    total,
)

__all__ = ["SOURCES"]

_PARTS = """(
    select json_group_array(json_array(part.id, json(part.data)))
    from part
    where part.message_id = said.id and json_valid(part.data)
    and json_extract(part.data, '$.type') in ('step-finish', 'tool')
)"""


def _query(names: frozenset[str]) -> str:
    """Return each message with its session, and the steps and tools in it.

    From version 2 on the kind of a message is a column, and its tools lie in it. Such a database
    keeps the tables of version 1, with what was written before.
    """
    found = []
    if "session_message.data" in names:
        data = "json_set(said.data, '$.role', said.type)"
        found.append(_select("session_message", "session_v2", names, data, "'[]'"))
    if "message.data" in names:
        parts = _PARTS if {"part.message_id", "part.data"} <= names else "'[]'"
        known = " where said.id not in (select id from session_message)" if found else ""
        found.append(_select("message", "session", names, "said.data", parts) + known)
    return " union all ".join(found) + " order by id"


def _select(messages: str, sessions: str, names: frozenset[str], data: str, parts: str) -> str:
    has_sessions = {f"{sessions}.parent_id", f"{sessions}.directory"} <= names
    parent, directory = ("parent_id", "directory") if has_sessions else ("null", "null")
    joined = f" left join {sessions} as around on around.id = said.session_id"
    return (
        f"select said.id as id, said.session_id as sessionID, {data} as message, "
        f"{parent} as parentSessionID, {directory} as directory, {parts} as parts "
        f"from {messages} as said{joined if has_sessions else ''}"
    )


class _Sessions(Translator):
    """A request is a call: an assistant's message, or each of its steps where it has several.

    A message in the database is as it was in the end; a file of it may be an older state.
    """

    _database = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        if "message" in record:
            # A row of the database: the columns say whose message it is.
            message = json.loads(record["message"])
            message |= {name: record[name] for name in ("id", "sessionID") if record[name]}
            parent, directory = record["parentSessionID"], record["directory"]
            parts = json.loads(record["parts"])
        else:
            message = record
            database = self._database_with(text(message.get("id")))
            if database:
                self._database = database
                return []
            session = self._session_of(text(message.get("sessionID")))
            parent, directory = session.get("parentID"), session.get("directory")
            parts = self._parts_of(text(message.get("id")))
        if message.get("role") != "assistant":
            return []
        parts += [("", part) for part in message.get("content") or [] if isinstance(part, dict)]
        # What has not ended yet has neither tokens nor an error.
        counted = [(key, part) for key, part in parts if isinstance(at_path(part, "tokens"), dict)]
        requests = counted if len(counted) > 1 else [("", message)]
        calls = (
            self._call(message, (place, text(key)), request, text(parent), text(directory))
            for place, (key, request) in enumerate(requests)
        )
        found = [call for call in calls if call]
        tools = [_tool_of(part) for _, part in parts if at_path(part, "type") == "tool"]
        if found and tools:
            # Which of the steps asked for a tool is open; it is the message's in any case.
            found[0]["tool_calls"] = tools
        return found

    def _call(
        self,
        message: dict[str, Any],
        placed: tuple[int, str],
        request: Any,
        parent: str,
        directory: str,
    ) -> dict[str, Any] | None:
        place, step = placed
        tokens = request.get("tokens")
        sent, answered, thought, read, written = (
            count(at_path(tokens, *steps))
            for steps in (
                ("input",), ("output",), ("reasoning",), ("cache", "read"), ("cache", "write"),
            )
        )  # fmt: skip
        error = message.get("error")
        used = total(sent, answered, thought, read, written)
        if not used and not error:
            return None
        begun, ended = (at_path(message, "time", name) for name in ("created", "completed"))
        took = ended - begun if not step and begun and ended else None
        cost = request.get("cost")
        identity = text(message.get("id"))
        model = text(
            message.get("modelID"),
            *(at_path(message, "model", key) for key in ("modelID", "id")),
        )
        agent = text(message.get("agent"), message.get("mode"))
        return row(
            call_id="/".join(part for part in (identity, step) if part),
            # A fork has copies under new ids; what they have in common is when, whose and how much,
            # and which step of the message it was.
            copy_id=json.dumps([begun, model, sent, answered, thought, read, written, place]),
            run_id=text(message.get("sessionID")),
            parent_run_id=parent,
            workflow_id=agent or "opencode",
            project=folder_name(text(at_path(message, "path", "root"), directory)),
            called_at=at(begun),
            duration_ms=took,
            model=model or "unknown",
            provider=text(message.get("providerID"), at_path(message, "model", "providerID")),
            input_tokens=sent if used else None,
            cache_read_tokens=read,
            cache_write_5m_tokens=written,
            output_tokens=total(answered, thought) if used else None,
            reasoning_tokens=thought,
            is_cache_in_input=False,
            # From a price list of its own: 0 of a subscription, and of a model it does not know.
            cost_usd=cost or None,
            finish_reason=text(request.get("reason"), message.get("finish")),
            error_type=text(at_path(error, "name")) or ("error" if error else ""),
            error_message=text(at_path(error, "data", "message")),
            original=tokens,
        )

    @property
    def counted_elsewhere(self) -> str:
        """The database that has the file's message, too."""
        return self._database

    def _database_with(self, message: str) -> str:
        databases = sorted(self._storage.parent.glob("opencode*.db"))
        found = (path for path in databases if message in _messages_in(path, state_of(path)))
        return next((str(path) for path in found), "")

    @cached_property
    def _storage(self) -> Any:
        """The folder that holds those of sessions, messages and parts."""
        return self.path.parents[2] if len(self.path.parents) > 2 else self.path.parent

    def _session_of(self, session: str) -> dict[str, Any]:
        found = sorted(self._storage.glob(f"session/*/{session}.json")) if session else []
        return _json_of(found[0]) if found else {}

    def _parts_of(self, message: str) -> list[tuple[str, Any]]:
        found = sorted(self._storage.glob(f"part/{message}/*.json")) if message else []
        parts = [(path.stem, _json_of(path)) for path in found]
        return [(name, part) for name, part in parts if part.get("type") in ("step-finish", "tool")]


def _tool_of(part: Any) -> dict[str, Any]:
    state = part.get("state")
    return tool_call(
        text(part.get("callID"), part.get("id")),
        text(part.get("tool"), part.get("name")),
        begun=at_path(state, "time", "start"),
        ended=at_path(state, "time", "end"),
        asked=at_path(state, "input"),
        answered=at_path(state, "output"),
        is_error=at_path(state, "status") == "error",
    )


@lru_cache(maxsize=8)
def _messages_in(database: Path, _: object) -> frozenset[str]:
    uri = f"{database.resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as opened:
            tables = opened.execute(
                "select name from sqlite_master where name in ('message', 'session_message')"
            ).fetchall()
            query = " union all ".join(f"select id from {table}" for (table,) in tables)
            return frozenset(name for (name,) in opened.execute(query)) if query else frozenset()
    except sqlite3.Error:
        return frozenset()


def _json_of(path: Any) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


SOURCES = (
    Source(
        name="opencode",
        entity="generic_calls",
        title="OpenCode sessions (opencode.db, or storage/message)",
        run_keys=("run_id",),
        signatures=(
            Signature(all_of=keys("sessionID", "role", "modelID")),
            Signature(all_of=keys("message.id", "message.session_id", "message.data")),
            Signature(all_of=keys("session_message.session_id", "session_message.data")),
        ),
        formats=("json", "jsonl", "sqlite"),
        query=_query,
        translator=_Sessions,
        moments=("called_at",),
    ),
)
