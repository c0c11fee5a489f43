"""A process that ends itself with SIGKILL at a chosen point of a build.

A build is a sequence of statements in parts. A point is a moment drawn from the time it takes, the
moment before or in the middle of one statement, or the border of a part: before the ledger of built
nodes is written, or after.
"""

import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from orchestration.transformation import worker
from orchestration.warehouse import embedded

__all__ = ["Point", "arm"]

# Inserts write a part every few rows, as those of a large log write one every million, so that a
# kill in the middle of a statement leaves some of its rows.
_SMALL_BLOCKS = {
    "max_block_size": "192",
    "max_insert_block_size": "192",
    "min_insert_block_size_rows": "192",
    "min_insert_block_size_bytes": "1",
}


@dataclass(frozen=True)
class Point:
    """Where a build is killed.

    Attributes
    ----------
    kind : str
        ``any moment``, ``before a statement``, ``within an insert``, ``before remembering a
        part`` or ``after remembering a part``.
    number : float
        Seconds of computing, the number of the statement or insert, or that of the part.
    delay : float
        Seconds of computing into the statement.
    """

    kind: str
    number: float
    delay: float = 0.0


def arm(point: Point | None) -> None:
    """Let this process die at a point.

    Parameters
    ----------
    point : Point or None
        Where it dies; None for not at all.
    """
    # The engine's threads do not survive a fork, so the parent must not load it.
    from clickhouse_connect.driver._backend.chdb_backend import ChdbBackend

    embedded.SYNC_SETTINGS.update(_SMALL_BLOCKS)
    if point and point.kind == "any moment":
        _die_in(point.number)
    counted = _Counted(point)
    original, remember = ChdbBackend._query_locked, worker.remember

    def query(self: Any, sql: Any, *arguments: Any, **options: Any) -> Any:
        counted.begin(sql if isinstance(sql, str) else sql.decode(errors="replace"))
        return original(self, sql, *arguments, **options)

    def remembered(*arguments: Any, **options: Any) -> Any:
        counted.border("before remembering a part")
        versions = remember(*arguments, **options)
        counted.border("after remembering a part")
        counted.part += 1
        return versions

    ChdbBackend._query_locked = query
    worker.remember = remembered


class _Counted:
    """Counts statements and parts up to the point."""

    def __init__(self, point: Point | None):
        self._point = point
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.part = 0

    def begin(self, sql: str) -> None:
        kinds = ["before a statement", *["within an insert"] * ("insert into" in sql.lower())]
        with self._lock:
            self._counts.update(kinds)
            point = self._point
            if not point or point.kind not in kinds or self._counts[point.kind] != point.number:
                return
        if point.delay:
            _die_in(point.delay)
        else:
            _die()

    def border(self, kind: str) -> None:
        if self._point and (self._point.kind, self._point.number) == (kind, self.part):
            _die()


def _die_in(seconds: float) -> None:
    """Die after some time of computing, which does not depend on who else uses the machine."""
    end = time.process_time() + seconds

    def wait() -> None:
        while time.process_time() < end:
            time.sleep(0.002)
        _die()

    threading.Thread(target=wait, daemon=True).start()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
