"""What was sent since the ledger was written: a file, so that a killed process leaves its results.

Before a message is sent, and after, a line is written. What has only the first line may or may not
have arrived: it is sent again, as the same message.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.delivery.notices import Delivery, Message
from orchestration.delivery.rules import Limits

__all__ = ["Journal"]

_INTERRUPTED = "interrupted before it was known whether it arrived"


class Journal:
    """The journal of the home."""

    def __init__(self) -> None:
        self._path = settings.home() / "deliveries.jsonl"

    def begin(self, message: Message) -> None:
        """Write that a message is about to be sent."""
        ids = [row.delivery_id for row in message.deliveries]
        self._write({"message_id": message.message_id, "delivery_ids": ids})

    def end(self, message: Message, problem: str, *, is_sent: bool, at: float) -> None:
        """Write what became of it.

        Parameters
        ----------
        message : Message
            The message.
        problem : str
            Why it failed, or what else there is to know.
        is_sent : bool
            Whether it was taken.
        at : float
            Seconds since 1970.
        """
        self._write(
            {"message_id": message.message_id, "problem": problem, "is_sent": is_sent, "at": at}
        )

    def results(self, ledger: Mapping[str, Delivery], limits: Limits, now: float) -> list[Delivery]:
        """Return the new states of the deliveries in the journal.

        Parameters
        ----------
        ledger : mapping
            Deliveries by id.
        limits : Limits
            Attempts and pauses.
        now : float
            Seconds since 1970, for what was interrupted.
        """
        ids: dict[str, list[str]] = {}
        tries: dict[str, int] = {}
        ends: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            name = line["message_id"]
            if "delivery_ids" in line:
                ids[name] = line["delivery_ids"]
                tries[name] = tries.get(name, 0) + 1
                ends.pop(name, None)
            else:
                ends[name] = line
        rows = []
        for name, members in ids.items():
            end = ends.get(name, {"problem": _INTERRUPTED, "is_sent": False, "at": now})
            for row in (ledger[identity] for identity in members if identity in ledger):
                # Written before, by a process that ended before it removed the journal.
                if row.state in ("sent", "given_up"):
                    continue
                attempts = row.attempts + tries[name]
                rows.append(_after(replace(row, message_id=name, attempts=attempts), end, limits))
        return rows

    def remove(self) -> None:
        """Remove the journal: the ledger has what it says."""
        self._path.unlink(missing_ok=True)

    def _write(self, line: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        lines = []
        for text in Path(self._path).read_text(encoding="utf-8").splitlines():
            try:
                lines.append(json.loads(text))
            except ValueError:
                # The process ended, or the disk was full, while it wrote this.
                continue
        return lines


def _after(row: Delivery, end: dict[str, Any], limits: Limits) -> Delivery:
    """Return a delivery after its last attempt."""
    at, problem = end["at"], end["problem"]
    if end["is_sent"]:
        return replace(row, state="sent", problem=problem, finished_at=at)
    if row.attempts >= limits.attempts:
        return replace(row, state="given_up", problem=problem, finished_at=at)
    interrupted = problem == _INTERRUPTED
    pause = 0.0 if interrupted else limits.retry_seconds(row.attempts)
    state = "pending" if interrupted else "failed"
    return replace(row, state=state, problem=problem, next_attempt_at=at + pause)
