"""Find the files to load: a file, a directory with all below it, or a glob."""

import errno
import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import BadInputError

__all__ = ["COMPRESSIONS", "FORMATS", "Discovery", "LogFile", "discover", "shown"]

FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".db": "sqlite",
}
# Logs that are known by their whole name; other hidden files and prose are none.
_NAMED_FORMATS = {".aider.chat.history.md": "aider"}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_KINDS = ".jsonl, .ndjson, .json, .csv (each also .gz or .zst), .parquet or .db (SQLite)"


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file that may hold logs.

    Attributes
    ----------
    path : Path
        Absolute, links resolved: the file's identity.
    format : str
        ``jsonl``, ``json`` (lines, an array or one object), ``csv``, ``parquet``, ``sqlite`` or
        ``aider`` (its chat history), by name.
    compression : str
        ``none``, ``gzip`` or ``zstd``, by name.
    is_named : bool
        Whether the user named this very file; one found in a directory may be something else.
    """

    path: Path
    format: str
    compression: str
    is_named: bool

    @property
    def name(self) -> str:
        """The path as text: its name in messages and in the ledger."""
        return shown(self.path)


@dataclass
class Discovery:
    """What was found.

    Attributes
    ----------
    files : list of LogFile
        Sorted by path, each file once.
    skipped : int
        Hidden files and files of other kinds that were passed over.
    unreadable : list of tuple of str and str
        Each directory that could not be listed and link that leads nowhere, and the sentence that
        says why.
    """

    files: list[LogFile] = field(default_factory=list)
    skipped: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return a path as text that any terminal and database takes.

    Parameters
    ----------
    path : path
        A path, whose name may be any bytes.

    Returns
    -------
    str
        The path; bytes that are no UTF-8 as ``\xff``.
    """
    text = os.fspath(path)
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "backslashreplace")


def discover(paths: Iterable[str | os.PathLike[str]]) -> Discovery:
    """Find the log files that the paths stand for.

    Parameters
    ----------
    paths : iterable of path
        Files, directories (searched with everything below, through links, without hidden entries)
        or glob patterns (``**`` crosses directories).

    Returns
    -------
    Discovery
        The files in a fixed order, and what was passed over.

    Raises
    ------
    BadInputError
        If a path does not exist, a pattern matches nothing, a named file is of another kind, or
        nothing was found at all.
    """
    found: dict[Path, LogFile] = {}
    discovery = Discovery()
    given = [os.fspath(path) for path in paths]
    for text in given:
        for path, is_link, is_named in _expand(text, discovery):
            file = _log_file(path, is_link, is_named, discovery)
            if file is not None and (file.path not in found or is_named):
                found[file.path] = file
    discovery.files = [found[path] for path in sorted(found)]
    if not discovery.files and not discovery.unreadable:
        also = f" ({discovery.skipped} other files there)" if discovery.skipped else ""
        raise BadInputError(
            f"There are no log files in {', '.join(map(shown, given))}{also}; "
            f"they must end in {_KINDS}."
        )
    return discovery


def _expand(text: str, discovery: Discovery) -> Iterator[tuple[str, bool, bool]]:
    """Yield files with whether they are, or lie behind, links, and whether the user named them."""
    path = os.path.expanduser(text)  # noqa: PTH111 - thousands of files, each a Path of its own
    kind = _kind(path)
    if kind == "directory":
        yield from ((entry, is_link, False) for entry, is_link in _walk(path, discovery))
    elif kind == "other":
        yield path, True, True
    elif glob.has_magic(text):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 (absolute patterns)
        if not matches:
            raise BadInputError(
                f"The pattern {shown(text)} matches no file; check it, and quote it."
            )
        for match in matches:
            if _kind(match) == "directory":
                yield from ((entry, is_link, False) for entry, is_link in _walk(match, discovery))
            else:
                yield match, True, False
    elif os.path.lexists(path):
        raise BadInputError(
            f"{shown(text)} is a link that leads nowhere; give what it was meant for."
        )
    else:
        raise BadInputError(f"{shown(text)} does not exist; give a file, a directory or a pattern.")


def _kind(path: str) -> str:
    """Return ``directory``, ``other`` or ``none``, links followed."""
    try:
        return "directory" if Path(path).is_dir() else "other" if Path(path).exists() else "none"
    except (OSError, ValueError):
        # The name is too long, or no name at all.
        return "none"


def _walk(top: str, discovery: Discovery) -> Iterator[tuple[str, bool]]:
    """Yield the files of a directory and below, in order, each with whether it is a link."""
    folders = [os.path.realpath(top)]
    visited: set[tuple[int, int]] = set()
    while folders:
        folder = folders.pop()
        try:
            # Links may lead back up; a directory is entered once, by whatever name it is met first.
            stat = Path(folder).stat()
            if (stat.st_dev, stat.st_ino) in visited:
                continue
            visited.add((stat.st_dev, stat.st_ino))
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            why = f"The directory {shown(folder)} cannot be listed ({error.strerror}); allow that."
            discovery.unreadable.append((shown(folder), why))
            continue
        subfolders = []
        for entry in inside:
            is_hidden, is_link = _is_hidden(entry.name), entry.is_symlink()
            if _is_folder(entry):
                if not is_hidden:
                    subfolders.append(os.path.realpath(entry.path) if is_link else entry.path)
            elif is_hidden or not (is_link or entry.is_file()):
                # A pipe or device would block the load.
                discovery.skipped += 1
            else:
                yield entry.path, is_link
        folders.extend(reversed(subfolders))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in _NAMED_FORMATS


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link to itself.
        return False


def _log_file(path: str, is_link: bool, is_named: bool, discovery: Discovery) -> LogFile | None:
    """Return the file if it may hold logs; note why not."""
    stem, suffix = os.path.splitext(path)  # noqa: PTH122
    compression = COMPRESSIONS.get(suffix.lower(), "none")
    if compression != "none":
        stem, suffix = os.path.splitext(stem)  # noqa: PTH122
    file_format = FORMATS.get(suffix.lower(), _NAMED_FORMATS.get(f".{Path(path).name.lstrip('.')}"))
    # Parquet is compressed inside, and a database is read in place.
    if file_format is None or (file_format in ("parquet", "sqlite") and compression != "none"):
        _pass_over(path, f"it must end in {_KINDS}", is_named, discovery)
        return None
    try:
        real = Path(path).resolve(strict=True) if is_link else Path(path)
    except (OSError, RuntimeError) as error:
        is_circle = isinstance(error, RuntimeError) or error.errno == errno.ELOOP
        where = "in a circle" if is_circle else "nowhere"
        discovery.unreadable.append(
            (shown(path), f"{shown(path)} is a link that leads {where}; remove it or link a file.")
        )
        return None
    if not is_link or real.is_file():
        return LogFile(real, file_format, compression, is_named)
    _pass_over(path, "it is no regular file", is_named, discovery)
    return None


def _pass_over(path: str, reason: str, is_named: bool, discovery: Discovery) -> None:
    if is_named:
        raise BadInputError(f"{shown(path)} is no log file; {reason}.")
    discovery.skipped += 1
