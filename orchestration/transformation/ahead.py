"""Start the process that builds while logs are still being loaded.

To import dbt and to read the project takes it longer than most loads take.
"""

import itertools
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.dbt import target_path
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.results import RUN_RESULTS
from orchestration.transformation.starting import Builder, start
from orchestration.warehouse.locking import BUILD_LOCK, Lease, acquire

__all__ = ["begin", "begin_if_touched", "starting_ahead", "taken"]

# Files that are looked at before anything is opened: their times take milliseconds.
_LOOKED_AT = 20_000


class _Ahead:
    """At most one process, started for a build that is still to come."""

    def __init__(self, options: BuildOptions):
        self._options = options
        self._builder: Builder | None = None
        self._lease: Lease | None = None

    def begin(self) -> None:
        """Start it, unless it is started, or another process builds in this home."""
        # A server can be loaded into for hours, while others build.
        if self._lease or settings.target() != "embedded":
            return
        # Whatever is wrong, the build itself will say.
        with suppress(UserError):
            self._lease = acquire(target_path() / BUILD_LOCK, time.monotonic())
            self._builder = start(self._options)

    def take(self, options: BuildOptions) -> Builder | None:
        """Hand it over; None where there is none with the vars of these options."""
        builder = self._builder
        if builder is None or builder.variables != options.variables_argument:
            return None
        self._builder = None
        return builder

    def close(self) -> None:
        """End it if nobody took it."""
        if self._builder:
            self._builder.process.terminate()
            self._builder.process.communicate()
            self._builder = None
        if self._lease:
            self._lease.release()
            self._lease = None


_ahead: ContextVar[_Ahead | None] = ContextVar("ahead", default=None)


@contextmanager
def starting_ahead(options: BuildOptions) -> Iterator[None]:
    """Let the steps of a ``with`` block start the process that builds, before it is needed.

    Parameters
    ----------
    options : BuildOptions
        What will be built.

    Yields
    ------
    None
        Nothing is started before :func:`begin` is called.
    """
    ahead = _Ahead(options)
    token = _ahead.set(ahead)
    try:
        yield
    finally:
        _ahead.reset(token)
        ahead.close()


def begin() -> None:
    """Start the process that builds, where a build is to come: something is new."""
    if ahead := _ahead.get():
        ahead.begin()


def begin_if_touched(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Start the process that builds, where files were touched since the last build.

    Parameters
    ----------
    paths : iterable of str or path
        What is to be loaded. Files are looked at by their times alone, before the warehouse is
        open. Whether something is new is seen when they are loaded: a process that nobody takes is
        ended.
    """
    if _ahead.get() is None:
        return
    try:
        built_at = (target_path() / RUN_RESULTS).stat().st_mtime
    except OSError:
        built_at = 0.0
    files = itertools.islice(_files(paths), _LOOKED_AT)
    if any(max(file.st_mtime, file.st_ctime) > built_at for file in files):
        begin()


def _files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[os.stat_result]:
    for path in map(Path, paths):
        with suppress(OSError):
            if not path.is_dir():
                yield path.stat()
        for folder, _, names in os.walk(path):
            for name in names:
                with suppress(OSError):
                    yield (Path(folder) / name).stat()


def taken(options: BuildOptions) -> Builder | None:
    """Return the process that was started before, to be used by the caller.

    Parameters
    ----------
    options : BuildOptions
        What is built.

    Returns
    -------
    Builder or None
        None where none was started, or one with other vars.
    """
    ahead = _ahead.get()
    return ahead.take(options) if ahead else None
