"""What Aider writes with `--analytics-log`, an event per message, and its chat histories."""

import re
from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import (
    Translator,
    at,
    changed_at,
    count,
    folder_name,
    row,
    text,
)

__all__ = ["SOURCES"]

_TOKENS = re.compile(r"([\d.,]+)(k|M)? (sent|cache write|cache hit|received)")
_COST = re.compile(r"Cost: \$([\d.,]+) (?:message|request|send)")
_MODEL = re.compile(r"(?:Main )?model:? (\S+)", re.IGNORECASE)
_STARTED = re.compile(r"# aider chat started at (\S+ \S+)")
_UNITS = {"k": 1_000, "M": 1_000_000}


class _Analytics(Translator):
    """A session has no id: it begins with the event `launched`, and where its cost begins again."""

    _session = ""
    _spent = 0.0
    _number = 0

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        properties = record.get("properties") or {}
        user, moment = text(record.get("user_id")), record.get("time")
        if record.get("event") == "launched":
            self._begin(user, moment)
        if record.get("event") != "message_send":
            return []
        spent = float(properties.get("total_cost") or 0)
        if not self._session or spent < self._spent:
            self._begin(user, moment)
        self._spent, self._number = spent, self._number + 1
        return [
            row(
                call_id=f"{self._session}/{self._number}",
                run_id=self._session,
                workflow_id="aider",
                step_name=text(properties.get("edit_format")),
                called_at=at(moment),
                model=text(properties.get("main_model")) or "unknown",
                input_tokens=count(properties.get("prompt_tokens")),
                output_tokens=count(properties.get("completion_tokens")),
                is_cache_in_input=True,
                cost_usd=properties.get("cost"),
                original=properties,
            )
        ]

    def _begin(self, user: str, moment: Any) -> None:
        self._session, self._spent, self._number = f"{user}/{moment}", 0.0, 0


class _History(Translator):
    """A line says what a message used, rounded; its time is that of the chat's start.

    Counts are those of the analytics log, where that is kept: load one of the two.
    """

    _started = ""
    _model = ""
    _number = 0
    _waiting: dict[str, Any] | None = None

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        line = text(record.get("aider_line"))
        cost = _COST.search(line)
        if line.startswith("> Cost:") and self._waiting:
            # Where much of the prompt was cached the cost stands on a line of its own.
            call, self._waiting = self._waiting, None
            return [call | row(cost_usd=cost[1].replace(",", "") if cost else None)]
        earlier, self._waiting = [self._waiting] if self._waiting else [], None
        started = _STARTED.match(line)
        if started:
            self._started, self._number, self._model = started[1], 0, ""
        elif line.startswith("> Tokens:"):
            call = self._call(line) | row(cost_usd=cost[1].replace(",", "") if cost else None)
            if cost:
                return [*earlier, call]
            self._waiting = call
        elif "weak" not in line.lower() and "editor" not in line.lower():
            named = _MODEL.search(line)
            self._model = named[1] if named else self._model
        return earlier

    def finish(self) -> Iterable[dict[str, Any]]:
        return [self._waiting] if self._waiting else []

    def _call(self, line: str) -> dict[str, Any]:
        self._number += 1
        counts = {
            kind: round(float(number.replace(",", "")) * _UNITS.get(unit, 1))
            for number, unit, kind in _TOKENS.findall(line)
        }
        project = folder_name(str(self.path.parent))
        return row(
            call_id=f"{project}/{self._started}/{self._number}",
            run_id=f"{project}/{self._started}",
            workflow_id="aider",
            project=project,
            called_at=at(self._started) or changed_at(self.path),
            model=self._model or "unknown",
            input_tokens=counts.get("sent"),
            cache_read_tokens=counts.get("cache hit"),
            cache_write_5m_tokens=counts.get("cache write"),
            output_tokens=counts.get("received"),
            is_cache_in_input=True,
            original={"line": line},
        )


SOURCES = (
    Source(
        name="aider",
        entity="generic_calls",
        title="Aider's analytics log",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("event", "properties", "user_id", "time")),),
        translator=_Analytics,
        moments=("called_at",),
    ),
    Source(
        name="aider_history",
        entity="generic_calls",
        title="Aider's chat histories (.aider.chat.history.md), rounded",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("aider_line")),),
        formats=("aider",),
        translator=_History,
        moments=("called_at",),
    ),
)
