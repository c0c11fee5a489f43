"""Aider's analytics log, and which chats of a history it tells, too."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.loading.translator import ODD, Translator, at, count, row, text
from orchestration.loading.written_numbers import as_number

__all__ = ["Analytics", "analytics_near", "take"]

# Where people keep the log, seen from the repository and from what it lies in.
_PLACES = ("*.jsonl", ".aider*/*.jsonl")
_FOLDERS_UP = 2
_THOUSAND, _TEN_THOUSAND = 1_000, 10_000


class Analytics(Translator):
    """A session has no id: it begins with the event `launched`, and where its cost begins again."""

    _session = ""
    _spent = 0.0
    _number = 0

    def read(self, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Return the call that a message was."""
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


def analytics_near(history: Path) -> dict[str, list[list[dict[str, Any]]]]:
    """Return the analytics logs near a history, each with its sessions' calls.

    Parameters
    ----------
    history : Path
        A chat history, which lies in its repository.

    Returns
    -------
    dict of str to list of list of dict
        Path of a log, to the calls of each session in order.
    """
    folders = [history.parent, *history.parents[1 : 1 + _FOLDERS_UP]]
    paths = [path for folder in folders for place in _PLACES for path in sorted(folder.glob(place))]
    return {str(path): sessions for path in paths if (sessions := _sessions_of(path))}


def take(chat: list[dict[str, Any]], sessions: list[list[dict[str, Any]]]) -> bool:
    """Tell whether one of the sessions is this chat, and take it out: it is no other's.

    Parameters
    ----------
    chat : list of dict
        Calls with rounded counts and costs, in order.
    sessions : list of list of dict
        Calls with exact ones.

    Returns
    -------
    bool
        True where one has the same calls but for the rounding.
    """
    for place, session in enumerate(sessions):
        if chat and len(chat) == len(session) and all(map(_is_same, chat, session)):
            del sessions[place]
            return True
    return False


def _sessions_of(path: Path) -> list[list[dict[str, Any]]]:
    log = Analytics(path)
    sessions: dict[str, list[dict[str, Any]]] = {}
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if '"launched"' in line or '"message_send"' in line:
                    for call in log.read(json.loads(line)):
                        sessions.setdefault(call["run_id"], []).append(call)
    except (OSError, *ODD):
        return []
    return list(sessions.values())


def _is_same(rounded: dict[str, Any], exact: dict[str, Any]) -> bool:
    counts = ("input_tokens", "output_tokens")
    if any(_rounded(exact.get(name)) != rounded.get(name) for name in counts):
        return False
    cost, shown = as_number(exact.get("cost_usd")), as_number(rounded.get("cost_usd"))
    if cost is None or shown is None:
        return cost is shown
    return round(cost, -int(shown.as_tuple().exponent)) == shown


def _rounded(tokens: int | None) -> int | None:
    """Return a count as Aider shows it: in thousands, of small ones with a decimal."""
    if tokens is None or tokens < _THOUSAND:
        return tokens
    if tokens < _TEN_THOUSAND:
        return round(float(f"{tokens / _THOUSAND:.1f}") * _THOUSAND)
    return round(tokens / _THOUSAND) * _THOUSAND
