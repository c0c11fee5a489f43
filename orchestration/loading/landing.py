"""The landing directory: which files are new there, and which raw tables they touch."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.loading.contents import Contents
from orchestration.loading.discover import LogFile, discover
from orchestration.loading.errors import UnreadableFileError
from orchestration.loading.opening import open_records
from orchestration.loading.options import LoadOptions
from orchestration.loading.recognise import find_source
from orchestration.loading.sources import SOURCES

__all__ = ["Landing", "landing_directory", "look", "touched_tables"]

# Long enough for a writer that appends line by line, short enough to be near to live.
SETTLE_SECONDS = 10.0


@dataclass
class Landing:
    """What lies in the landing directory.

    Attributes
    ----------
    files : dict of str to LogFile
        Finished files by the digest of their path, size and time of change: a file that changes
        gets another digest.
    is_settling : bool
        Whether some files may still be written.
    problems : list of str
        Sentences on what could not be looked at.
    """

    files: dict[str, LogFile] = field(default_factory=dict)
    is_settling: bool = False
    problems: list[str] = field(default_factory=list)


def landing_directory() -> Path:
    """Return the directory that is watched for new logs.

    Returns
    -------
    Path
        ``TOKENHOUSE_LANDING``; ``<home>/landing`` by default.
    """
    path = os.environ.get("TOKENHOUSE_LANDING")
    if not path:
        return settings.home() / "landing"
    return (settings.start_of_paths() / Path(path).expanduser()).resolve()


def look(directory: Path, now: float) -> Landing:
    """Look at the log files in a directory and below.

    Parameters
    ----------
    directory : Path
        The directory; it need not exist.
    now : float
        The time, in seconds since 1970: files changed shortly before may still be written.

    Returns
    -------
    Landing
        What lies there.
    """
    landing = Landing()
    if not directory.is_dir():
        return landing
    try:
        found = discover([directory])
    except BadInputError:
        # Nothing has landed, or nothing that is a log.
        return landing
    landing.problems = [why for _, why in found.unreadable]
    for file in found.files:
        try:
            stat = file.path.stat()
        except FileNotFoundError:
            continue
        if not os.access(file.path, os.R_OK):
            landing.problems.append(f"{file.name} cannot be read; allow that.")
        elif now - stat.st_mtime < SETTLE_SECONDS:
            landing.is_settling = True
        else:
            state = f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}"
            landing.files[hashlib.blake2b(state.encode(), digest_size=8).hexdigest()] = file
    return landing


def touched_tables(files: Iterable[LogFile]) -> set[str]:
    """Return the raw tables that files may add rows to, without opening the warehouse.

    Parameters
    ----------
    files : iterable of LogFile
        Files to be loaded.

    Returns
    -------
    set of str
        Names of raw tables: all of them where a file does not show at once what it is.
    """
    everything = {source.entity for source in SOURCES}
    touched: set[str] = set()
    for file in files:
        if touched == everything:
            break
        touched |= _tables_of(file) or everything
    return touched


def _tables_of(file: LogFile) -> set[str]:
    """Tell a file by its first records; the loader has the last word anyway."""
    # Parquet is read by the engine.
    if file.format == "parquet":
        return set()
    try:
        with Contents(file.path, file.name) as contents:
            head = open_records(file, contents, contents.text()).head
        return {find_source(file, head, LoadOptions()).entity}
    except (OSError, UnreadableFileError):
        return set()
