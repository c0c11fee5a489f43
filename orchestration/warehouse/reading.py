"""Open the warehouse for reading: the snapshot where a build has the data directory."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.storage import StorageError
from orchestration.warehouse.client import connect
from orchestration.warehouse.cloning import clone
from orchestration.warehouse.embedded import open_embedded
from orchestration.warehouse.interrupts import queries_stop_on_interrupt
from orchestration.warehouse.locking import WarehouseBusyError, acquire
from orchestration.warehouse.snapshots import Snapshot, current_snapshot, reader_clone

__all__ = ["Reading", "connect_to_read"]


@dataclass(frozen=True)
class Reading:
    """An open client, and what it reads.

    Attributes
    ----------
    client : clickhouse_connect.driver.client.Client
        The client.
    snapshot : Snapshot or None
        The snapshot that it reads; None for the warehouse itself.
    problem : str
        Why it reads a copy of the warehouse; empty if it does not.
    """

    client: Any
    snapshot: Snapshot | None = None
    problem: str = ""

    @property
    def note(self) -> str:
        """One sentence for the user where it is not the warehouse itself; else empty."""
        if self.snapshot is None:
            return self.problem
        return (
            f"The warehouse is in use, so this is its state after the build of "
            f"{self.snapshot.published_at:%Y-%m-%d %H:%M:%S} UTC."
        )


@contextlib.contextmanager
def connect_to_read() -> Iterator[Reading]:
    """Open a client for reading for the length of a ``with`` block.

    While a build runs or another process has the data directory, the client is on a clone of the
    snapshot: nobody waits, and nobody sees half a build. Without a snapshot it waits as
    :func:`orchestration.warehouse.client.connect` does. On a disk that cannot be written, where the
    engine does not start, it reads a copy elsewhere whose files are links to the warehouse's.

    Yields
    ------
    Reading
        The client.
    """
    if settings.target() == "embedded" and _is_in_use() and current_snapshot() is not None:
        with reader_clone() as found:
            if found is not None:
                snapshot, directory = found
                session = open_embedded(directory)
                try:
                    with queries_stop_on_interrupt(directory):
                        yield Reading(session.client, snapshot)
                finally:
                    session.close()
                return
    with contextlib.ExitStack() as stack:
        try:
            reading = Reading(stack.enter_context(connect()))
        except StorageError as error:
            if settings.target() != "embedded" or not settings.data_directory().is_dir():
                raise
            reading = stack.enter_context(_copy_elsewhere(error))
        yield reading


@contextlib.contextmanager
def _copy_elsewhere(error: StorageError) -> Iterator[Reading]:
    with tempfile.TemporaryDirectory(prefix="tokenhouse-") as folder:
        copy = Path(folder) / "clickhouse"
        try:
            clone(settings.data_directory(), copy, link=os.symlink)
        except OSError:
            raise error from None
        session = open_embedded(copy)
        try:
            with queries_stop_on_interrupt(copy):
                yield Reading(session.client, problem=f"Only for reading: {error}")
        finally:
            session.close()


def _is_in_use() -> bool:
    """Return whether a build runs, or another process has the data directory."""
    from orchestration.transformation.dbt import target_path

    try:
        for directory in (target_path() / "build", settings.data_directory()):
            acquire(directory, time.monotonic()).release()
    except WarehouseBusyError:
        return True
    except StorageError:
        return False
    return False
