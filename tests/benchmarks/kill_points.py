"""A process that ends itself with SIGKILL at a chosen point of a build, and what a point is.

A build is a sequence of statements in parts. A point is a moment drawn from the time it takes, the
moment before or in the middle of one statement, or the border of a part: before the ledger of built
nodes is written, or after.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from orchestration.transformation import worker
from orchestration.warehouse import embedded

__all__ = ["Point", "Watch", "arm"]

# Inserts write a part every few rows, as those of a large log write one every million, so that a
# kill in the middle of a statement leaves some of its rows.
_SMALL_BLOCKS = {
    "max_block_size": "64",
    "max_insert_block_size": "64",
    "min_insert_block_size_rows": "64",
    "min_insert_block_size_bytes": "1",
}


@dataclass(frozen=True)
class Point:
    """Where a build is killed.

    Attributes
    ----------
    kind : str
        ``any moment``, ``before a statement``, ``within a statement``, ``before remembering a
        part`` or ``after remembering a part``.
    number : float
        Seconds, the number of the statement, or that of the part.
    delay : float
        Seconds into the statement.
    """

    kind: str
    number: float
    delay: float = 0.0


@dataclass
class Watch:
    """What a build did, in the order in which it did it.

    Attributes
    ----------
    statements : list of (bool, float)
        Whether each statement writes, and how many seconds it took.
    parts : int
        How many parts were built.
    """

    statements: list[tuple[bool, float]] = field(default_factory=list)
    parts: int = 0


def arm(point: Point | None, watch: Watch | None = None) -> None:
    """Let this process die at a point, or write down what it does.

    Parameters
    ----------
    point : Point or None
        Where it dies.
    watch : Watch, optional
        Filled while it runs.
    """
    # The engine's threads do not survive a fork, so the parent must not load it.
    from clickhouse_connect.driver._backend.chdb_backend import ChdbBackend

    embedded.SYNC_SETTINGS.update(_SMALL_BLOCKS)
    if point and point.kind == "any moment":
        _die_in(point.number)
    counted = _Counted(point, watch)
    original, remember = ChdbBackend._query_locked, worker.remember

    def query(self: Any, sql: Any, *arguments: Any, **options: Any) -> Any:
        counted.begin()
        started = time.monotonic()
        try:
            return original(self, sql, *arguments, **options)
        finally:
            counted.end(sql, time.monotonic() - started)

    def remembered(*arguments: Any) -> None:
        counted.border("before remembering a part")
        remember(*arguments)
        counted.border("after remembering a part")
        counted.part += 1
        if watch:
            watch.parts = counted.part

    ChdbBackend._query_locked = query
    worker.remember = remembered


class _Counted:
    """Counts statements and parts up to the point."""

    def __init__(self, point: Point | None, watch: Watch | None):
        self._point = point
        self._watch = watch
        self._lock = threading.Lock()
        self._count = 0
        self.part = 0

    def begin(self) -> None:
        with self._lock:
            self._count += 1
            point = self._point
            if not point or self._count != point.number:
                return
        if point.kind == "before a statement":
            _die()
        elif point.kind == "within a statement":
            _die_in(point.delay)

    def end(self, sql: Any, seconds: float) -> None:
        if self._watch:
            words = (sql if isinstance(sql, str) else sql.decode(errors="replace")).lower()
            self._watch.statements.append(("insert into" in words, seconds))

    def border(self, kind: str) -> None:
        if self._point and (self._point.kind, self._point.number) == (kind, self.part):
            _die()


def _die_in(seconds: float) -> None:
    timer = threading.Timer(seconds, _die)
    timer.daemon = True
    timer.start()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
