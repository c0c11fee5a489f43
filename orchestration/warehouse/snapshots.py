"""Immutable snapshots of the embedded warehouse, which readers open while a build runs.

One process at a time can open a ClickHouse directory, and a build keeps it for as long as it runs.
So the end of each successful build leaves a copy behind, ``served/<id>``, and ``served/current``
names the newest. Nobody opens a snapshot itself: each reader clones it and owns the clone.

The data of a table lies in parts, whose files are never changed in place. They are hard links: a
snapshot costs the disk only what later builds replace.
"""

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration import settings
from orchestration.errors import UserError
from orchestration.warehouse.cloning import clone
from orchestration.warehouse.locking import acquire, lock_file, lock_timeout

__all__ = ["Snapshot", "current_snapshot", "publish", "reader_clone"]

_KEPT = 2
_ATTEMPTS = 5
_POLL_SECONDS = 0.01
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK, errno.ENOSYS)
_WITHOUT_LINKS = ("marts", "reference", "ml")
_BUILDING, _READING, _REMOVING = ".new-", ".reader-", ".old-"


@dataclass(frozen=True)
class Snapshot:
    """A published state of the warehouse.

    Attributes
    ----------
    path : Path
        Its directory, which nobody opens: see :func:`reader_clone`.
    is_whole : bool
        Whether it has all databases; without hard links it has those that BI tools read.
    """

    path: Path
    is_whole: bool = True

    @property
    def id(self) -> str:
        """Name of the snapshot; later ones sort later."""
        return self.path.name

    @property
    def published_at(self) -> datetime:
        """When the build that made it ended."""
        return datetime.strptime(self.id.split("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def publish() -> Snapshot:
    """Make the current state of the data directory the snapshot that readers see.

    The directory is locked meanwhile; the caller has closed its clients. Whenever this is killed,
    ``served/current`` names a complete snapshot: the one before, or the new one.

    Returns
    -------
    Snapshot
        The new snapshot.

    Raises
    ------
    WarehouseBusyError
        If another process holds the data directory longer than the timeout.
    """
    lease = acquire(settings.data_directory(), time.monotonic() + lock_timeout())
    try:
        return _publish(_served())
    finally:
        lease.release()


def current_snapshot() -> Snapshot | None:
    """Return the newest snapshot, or None before the first successful build."""
    try:
        path = _served() / (_served() / "current").read_text().strip()
    except FileNotFoundError:
        return None
    return Snapshot(path) if path.is_dir() else None


@contextlib.contextmanager
def reader_clone(databases: Sequence[str] | None = None) -> Iterator[tuple[Snapshot, Path] | None]:
    """Clone the current snapshot for the length of a ``with`` block.

    Parameters
    ----------
    databases : sequence of str, optional
        The databases to be in it; all by default.

    Yields
    ------
    tuple of Snapshot and Path, or None
        The snapshot and a directory that this process alone opens; None without a snapshot.
    """
    folder = _served() / f"{_READING}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        yield _clone_current(folder, databases)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock_file(folder).unlink(missing_ok=True)


def _clone_current(folder: Path, databases: Sequence[str] | None) -> tuple[Snapshot, Path] | None:
    for _ in range(_ATTEMPTS):
        snapshot = current_snapshot()
        if snapshot is None:
            return None
        try:
            _clone_linked_or_copied(snapshot.path, folder, databases)
        except FileNotFoundError:
            # Newer ones were published meanwhile, and this one was removed.
            shutil.rmtree(folder, ignore_errors=True)
        else:
            return snapshot, folder
        time.sleep(_POLL_SECONDS)
    raise UserError(
        f"No snapshot in {_served()} stayed long enough to be read: run this again, and remove the "
        f"folder if that does not help; the next build makes it again."
    )


def _clone_linked_or_copied(source: Path, folder: Path, databases: Sequence[str] | None) -> None:
    try:
        clone(source, folder, databases)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.rmtree(folder, ignore_errors=True)
        clone(source, folder, databases, link=shutil.copyfile)
    if not source.is_dir():
        raise FileNotFoundError(source)


def _publish(served: Path) -> Snapshot:
    served.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(served)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"
    unfinished = served / f"{_BUILDING}{name}"
    is_whole = True
    try:
        clone(settings.data_directory(), unfinished)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.rmtree(unfinished, ignore_errors=True)
        databases = [settings.database(layer) for layer in _WITHOUT_LINKS]
        clone(settings.data_directory(), unfinished, databases, link=shutil.copyfile)
        is_whole = False
    unfinished.rename(served / name)
    _point_at(served, name)
    for old in _snapshots(served)[:-_KEPT]:
        # Who is cloning it sees that it is gone before any of its files is.
        shutil.rmtree(old.rename(served / f"{_REMOVING}{old.name}"), ignore_errors=True)
    return Snapshot(served / name, is_whole)


def _point_at(served: Path, name: str) -> None:
    pointer = served / f".current-{name}"
    with pointer.open("w") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(served / "current")


def _remove_leftovers(served: Path) -> None:
    """Remove what killed processes left behind, and clones of readers that are gone."""
    for path in served.glob(".*"):
        if path.name.startswith(_READING) and _is_alive(int(path.name.split("-")[1])):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _snapshots(served: Path) -> list[Path]:
    return sorted(path for path in served.iterdir() if path.is_dir() and path.name[0] != ".")


def _served() -> Path:
    return settings.home() / "served"
