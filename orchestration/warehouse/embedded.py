"""Open the embedded ClickHouse (chDB) on a data directory."""

import contextlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.storage import storage_problem
from orchestration.warehouse.copied_links import put_back_links
from orchestration.warehouse.locking import (
    POLL_SECONDS,
    Lease,
    acquire,
    busy_error,
    lock_timeout,
)
from orchestration.warehouse.processes import describe_process

__all__ = ["SYNC_SETTINGS", "EmbeddedSession", "kill_running_queries", "open_embedded"]

# A mutation is finished when its statement returns, as in dbt-clickhouse's own connections.
SYNC_SETTINGS = {
    "mutations_sync": "3",
    "lightweight_deletes_sync": "3",
    "alter_sync": "3",
    "allow_nondeterministic_mutations": "1",
}

# chDB prints the reason of a failed start only to the standard error of the process.
LOCKED_BY_OTHER = "Another server instance in same directory is already running"

_starting = threading.Lock()


class EmbeddedSession:
    """An open client on an embedded directory, and the lease on the directory.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        The open client.
    lease : Lease
        Released when the session closes.
    """

    def __init__(self, client: Any, lease: Lease):
        self.client = client
        self.lease = lease

    def close(self) -> None:
        """Close the client, then release the directory; closing twice is harmless."""
        try:
            self.client.close()
        finally:
            self.lease.release()


def open_embedded(directory: Path, settings: dict[str, Any] | None = None) -> EmbeddedSession:
    """Open a client on an embedded data directory; wait while another process holds it.

    Parameters
    ----------
    directory : Path
        Absolute path; created when missing.
    settings : dict, optional
        ClickHouse settings of the client, over :data:`SYNC_SETTINGS`.

    Returns
    -------
    EmbeddedSession
        To be closed by the caller; the sessions of one process share the engine.

    Raises
    ------
    WarehouseBusyError
        If another process holds the directory longer than the timeout.
    UserError
        If ClickHouse cannot start on the directory.
    """
    deadline = time.monotonic() + lock_timeout()
    lease = acquire(directory, deadline)
    try:
        if lease.first:
            put_back_links(directory)
        return EmbeddedSession(
            _start(directory, {**SYNC_SETTINGS, **(settings or {})}, deadline), lease
        )
    except BaseException:
        lease.release()
        raise


def kill_running_queries(directory: Path) -> None:
    """Stop all queries that this process runs on an embedded directory.

    Parameters
    ----------
    directory : Path
        A directory that this process holds.
    """
    session = open_embedded(directory)
    try:
        session.client.command("KILL QUERY WHERE query_id != queryID() ASYNC")
    finally:
        session.close()


def _start(directory: Path, settings: dict[str, Any], deadline: float) -> Any:
    """Start chDB; retry while a program that ignores the lock file holds the directory."""
    import clickhouse_connect
    from clickhouse_connect.driver.exceptions import ProgrammingError

    while True:
        with _starting, _captured_stderr() as said:
            try:
                return clickhouse_connect.get_client(
                    interface="chdb", path=str(directory), settings=settings
                )
            except ProgrammingError as error:
                reason = said()
                if LOCKED_BY_OTHER not in reason:
                    if problem := storage_problem(reason):
                        raise problem from error
                    raise UserError(
                        f"ClickHouse cannot open the data directory {directory}: "
                        f"{_first_reason(reason) or error}; check that its folder is writable "
                        f"and on a local disk, or set TOKENHOUSE_HOME to another one."
                    ) from error
        if time.monotonic() >= deadline:
            raise busy_error(directory, _status_holder(directory))
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def _captured_stderr() -> Iterator[Any]:
    """Capture what native code writes to standard error; pass it on if there is no error."""
    with tempfile.TemporaryFile() as caught:
        original = os.dup(2)

        def said() -> str:
            caught.seek(0)
            return caught.read().decode(errors="replace")

        os.dup2(caught.fileno(), 2)
        failed = True
        try:
            yield said
            failed = False
        finally:
            os.dup2(original, 2)
            os.close(original)
        if not failed and (text := said()) and LOCKED_BY_OTHER not in text:
            os.write(2, text.encode())


def _first_reason(text: str) -> str:
    """Return ClickHouse's message without its code and stack trace."""
    match = re.search(r"DB::\w*Exception: ([^\n]+)", text)
    return match[1].rstrip(". ") if match else ""


def _status_holder(directory: Path) -> str:
    """Describe the process in chDB's own status file."""
    with contextlib.suppress(OSError):
        match = re.search(r"PID: (\d+)", (directory / "status").read_text(errors="replace"))
        if match:
            return describe_process(int(match[1]))
    return ""
