"""Which of Copilot's logs tells a session: its store of requests, exported spans, or its events."""

import contextlib
import re
import sqlite3
from functools import lru_cache
from pathlib import Path

from orchestration.loading.translator import state_of

__all__ = ["spans_of", "store_of"]

_STORE = "session-store.db"
_CONVERSATION = re.compile(rb'"gen_ai\.conversation\.id"\s*:\s*"([^"]+)"')


def store_of(folder: Path, session: str) -> str:
    """Return Copilot's store if it lies in the folder and has requests of the session.

    Parameters
    ----------
    folder : Path
        Copilot's own, such as ``~/.copilot``.
    session : str
        The session's id.

    Returns
    -------
    str
        The store's path; empty where it does not tell this session, such as one from before it.
    """
    store = folder / _STORE
    return str(store) if session in _sessions_in(store, state_of(store)) else ""


def spans_of(folder: Path, session: str) -> str:
    """Return the file of exported spans that tells a session, if one lies in the folder.

    Parameters
    ----------
    folder : Path
        Copilot's own, such as ``~/.copilot``.
    session : str
        The session's id.

    Returns
    -------
    str
        The file's path; empty without one.
    """
    exports = sorted((folder / "otel").glob("*.jsonl"))
    found = (path for path in exports if session in _conversations_in(path, state_of(path)))
    return next((str(path) for path in found), "")


@lru_cache(maxsize=8)
def _sessions_in(store: Path, state: object) -> frozenset[str]:
    if not state:
        return frozenset()
    query = "select distinct session_id from assistant_usage_events"
    try:
        with contextlib.closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as opened:
            return frozenset(session for (session,) in opened.execute(query))
    except (sqlite3.Error, ValueError):
        return frozenset()


@lru_cache(maxsize=64)
def _conversations_in(export: Path, _: object) -> frozenset[str]:
    try:
        return frozenset(
            found.decode("utf-8", "replace") for found in _CONVERSATION.findall(export.read_bytes())
        )
    except OSError:
        return frozenset()
