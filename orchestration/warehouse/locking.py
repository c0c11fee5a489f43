"""One process at a time in an embedded data directory.

chDB refuses a second process without a reason. With a lock file one can wait, and say who has it.
"""

import contextlib
import errno
import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration import settings
from orchestration.errors import BadInputError, UserError
from orchestration.storage import storage_problem
from orchestration.warehouse.processes import describe_process

__all__ = ["BUILD_LOCK", "Lease", "WarehouseBusyError", "acquire", "busy_error"]
__all__ += ["is_deleted", "lock_file", "lock_timeout"]

BUILD_LOCK = "build"
DEFAULT_TIMEOUT_SECONDS = 15.0
POLL_SECONDS = 0.05
# What file systems answer that cannot lock.
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)

_guard = threading.Lock()
_held: dict[Path, "_Hold"] = {}


class WarehouseBusyError(UserError):
    """Another process held the data directory longer than the timeout."""

    # EX_TEMPFAIL of sysexits.h: the same command may succeed later.
    exit_code = 75


@dataclass
class _Hold:
    """The lock of a directory and how many leases of this process share it.

    While the lock is held, no other file gets its inode.
    """

    lock: FileLock
    inode: int
    leases: int


class Lease:
    """A share in this process's hold on a data directory.

    Parameters
    ----------
    directory : Path
        The data directory.
    first : bool
        Whether this lease locked the directory, rather than sharing a lock of this process.
    """

    def __init__(self, directory: Path, first: bool):
        self.directory = directory
        self.first = first
        self._open = True

    def release(self) -> None:
        """Release the lease; the last one of the process unlocks the directory."""
        with _guard:
            hold = _held.get(self.directory)
            if not self._open or hold is None:
                return
            self._open = False
            hold.leases -= 1
            if hold.leases == 0:
                del _held[self.directory]
                lock_file(self.directory).write_text("")
                hold.lock.release()


def lock_file(directory: Path) -> Path:
    """Return the lock file of a data directory.

    Parameters
    ----------
    directory : Path
        The data directory.

    Returns
    -------
    Path
        ``<directory>.lock``, outside the directory, so that chDB does not read it.
    """
    return directory.with_name(directory.name + ".lock")


def is_deleted(directory: Path) -> bool:
    """Return whether a directory was deleted since this process locked it.

    The engine makes the folders again that it writes to, so that they are there says nothing.

    Parameters
    ----------
    directory : Path
        A directory that this process holds.
    """
    with _guard:
        hold = _held.get(directory)
        if hold is None:
            return False
        try:
            return lock_file(directory).stat().st_ino != hold.inode
        except FileNotFoundError:
            return True


def lock_timeout() -> float:
    """Return how long to wait for a busy directory.

    Returns
    -------
    float
        Seconds, from ``TOKENHOUSE_LOCK_TIMEOUT_SECONDS``; 15 by default.

    Raises
    ------
    BadInputError
        If the variable is not a number of seconds.
    """
    text = os.environ.get("TOKENHOUSE_LOCK_TIMEOUT_SECONDS") or str(DEFAULT_TIMEOUT_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise BadInputError(
            f"TOKENHOUSE_LOCK_TIMEOUT_SECONDS is {text!r}; "
            f"set it to a number of seconds, such as 15."
        )
    return seconds


def acquire(directory: Path, deadline: float) -> Lease:
    """Lock the data directory for this process; wait while another process holds it.

    Parameters
    ----------
    directory : Path
        Absolute path of the data directory; its parent is created when missing.
    deadline : float
        Time at which to stop waiting, on the clock of :func:`time.monotonic`.

    Returns
    -------
    Lease
        To be released by the caller; the leases of a process share one lock.

    Raises
    ------
    WarehouseBusyError
        If another process still holds it at the deadline.
    UserError
        If the lock file cannot be written.
    """
    while True:
        with _guard:
            if directory in _held:
                _held[directory].leases += 1
                return Lease(directory, first=False)
            lock = _try_lock(lock_file(directory))
            if lock is not None:
                _held[directory] = _Hold(lock, lock_file(directory).stat().st_ino, leases=1)
                return Lease(directory, first=True)
        if time.monotonic() >= deadline:
            raise busy_error(directory, _recorded_holder(lock_file(directory)))
        time.sleep(POLL_SECONDS)


def busy_error(directory: Path, holder: str) -> WarehouseBusyError:
    """Return the error for a directory that another process holds.

    Parameters
    ----------
    directory : Path
        The data directory, or the lock of builds.
    holder : str
        Description of the process that holds it, or the empty string.

    Returns
    -------
    WarehouseBusyError
        One sentence with the holder and what to do.
    """
    used, verb = f"The data directory {directory} is in use", "open"
    if directory.name == BUILD_LOCK:
        used, verb = f"A build of {settings.home()} is under way", "build"
    return WarehouseBusyError(
        f"{used} by {holder or 'another process'}, and one process at a time can {verb} it: wait "
        f"until it ends or stop it, then run this again (waited {lock_timeout():g} s; "
        f"TOKENHOUSE_LOCK_TIMEOUT_SECONDS sets the timeout)."
    )


def _try_lock(path: Path) -> FileLock | None:
    """Lock the file and write this process into it; None while another process holds it."""
    lock = FileLock(path, timeout=0, thread_local=False, fallback_to_soft=False)
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv else ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
        with contextlib.suppress(OSError):  # A full disk is no reason not to read.
            path.write_text(json.dumps({"pid": os.getpid(), "command": command}))
    except Timeout:
        return None
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise UserError(
                f"The file system of {path} cannot lock files ({error.strerror}): "
                f"set TOKENHOUSE_HOME to a folder on a local disk."
            ) from error
        raise storage_problem(error) or UserError(
            f"Cannot write the lock file {path} ({error.strerror}): make its folder writable, "
            f"or set TOKENHOUSE_HOME to a folder that is."
        ) from error
    return lock


def _recorded_holder(path: Path) -> str:
    """Describe the process in the lock file; empty if there is none."""
    try:
        holder = json.loads(path.read_text())
        return describe_process(int(holder["pid"]), str(holder["command"]))
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _forget_after_fork() -> None:
    """Drop the leases in a forked child: it shares the parent's lock but not its database."""
    global _guard  # noqa: PLW0603 - another thread of the parent may have held the old one
    _guard = threading.Lock()
    _held.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
