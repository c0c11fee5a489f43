"""What Aider writes with `--analytics-log`, an event per message, and its chat histories."""

import re
from collections.abc import Iterable
from typing import Any

from orchestration.loading.sources.aider_chats import Analytics, analytics_near, take
from orchestration.loading.sources.declaration import Signature, Source, keys
from orchestration.loading.translator import (
    Translator,
    at,
    changed_at,
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


class _History(Translator):
    """A line says what a message used, rounded; its time is that of the chat's start.

    A chat that an analytics log next to it tells, exactly, is counted there.
    """

    _started = ""
    _model = ""

    def __init__(self, path: Any):
        super().__init__(path)
        self._chats: list[list[dict[str, Any]]] = []
        self._is_waiting = False
        self._log = ""

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        line = text(record.get("aider_line"))
        cost = _COST.search(line)
        is_waiting, self._is_waiting = self._is_waiting, False
        started = _STARTED.match(line)
        if line.startswith("> Cost:") and is_waiting:
            # Where much of the prompt was cached the cost stands on a line of its own.
            self._chats[-1][-1] |= _cost_of(cost)
        elif started:
            self._started, self._model = started[1], ""
            self._chats.append([])
        elif line.startswith("> Tokens:"):
            self._chats = self._chats or [[]]
            self._chats[-1].append(self._call(line, len(self._chats[-1]) + 1) | _cost_of(cost))
            self._is_waiting = not cost
        elif "weak" not in line.lower() and "editor" not in line.lower():
            named = _MODEL.search(line)
            self._model = named[1] if named else self._model
        return []

    def finish(self) -> Iterable[dict[str, Any]]:
        logs = analytics_near(self.path)
        for chat in self._chats:
            log = next((path for path, sessions in logs.items() if take(chat, sessions)), "")
            self._log = self._log or log
            if not log:
                yield from chat

    @property
    def counted_elsewhere(self) -> str:
        """The analytics log that tells the chats."""
        return self._log

    def _call(self, line: str, number: int) -> dict[str, Any]:
        counts = {
            kind: round(float(found.replace(",", "")) * _UNITS.get(unit, 1))
            for found, unit, kind in _TOKENS.findall(line)
        }
        project = folder_name(str(self.path.parent))
        return row(
            call_id=f"{project}/{self._started}/{number}",
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


def _cost_of(found: re.Match[str] | None) -> dict[str, Any]:
    return row(cost_usd=found[1].replace(",", "") if found else None)


SOURCES = (
    Source(
        name="aider",
        entity="generic_calls",
        title="Aider's analytics log",
        run_keys=("run_id",),
        signatures=(Signature(all_of=keys("event", "properties", "user_id", "time")),),
        translator=Analytics,
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
