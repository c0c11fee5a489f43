"""One start of the embedded engine for the queries that tests ask one after the other.

A start takes half a second of a home with some hundred tables, and most tests ask one question.
"""

import sys
from pathlib import Path
from typing import Any

import chdb

from orchestration import settings
from orchestration.warehouse import embedded

__all__ = ["keep_engine", "let_engine_stop"]

# What may open the directory elsewhere, or copy it.
ENDING_EVENTS = ("subprocess.Popen", "shutil.copytree")

_kept: list[embedded.EmbeddedSession] = []
_acquire, _query = embedded.acquire, chdb.query


def keep_engine() -> None:
    """Keep the engine of the selected home running, until something else than a query is done."""
    directory = settings.data_directory()
    if not any(session.lease.directory == directory for session in _kept):
        _kept.append(embedded.open_embedded(directory))


def let_engine_stop() -> None:
    """Let the engine stop when its last client closes."""
    while _kept:
        _kept.pop().close()


def _acquire_alone(directory: Path, deadline: float) -> Any:
    """Lock a directory: the engine of a process has only one."""
    if any(session.lease.directory != directory for session in _kept):
        let_engine_stop()
    return _acquire(directory, deadline)


def _end_before(event: str, _: Any) -> None:
    if _kept and event in ENDING_EVENTS:
        let_engine_stop()


def _query_alone(*arguments: Any, **options: Any) -> Any:
    """Ask an engine in memory, of which a process has only one, too."""
    let_engine_stop()
    return _query(*arguments, **options)


embedded.acquire = _acquire_alone
chdb.query = _query_alone
sys.addaudithook(_end_before)
