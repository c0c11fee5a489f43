"""Find the files to load: a file, a directory with all below it, or a glob."""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import BadInputError

__all__ = ["COMPRESSIONS", "FORMATS", "Discovery", "LogFile", "discover"]

FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
}
COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_KINDS = ".jsonl, .ndjson, .json, .csv (each also .gz or .zst) or .parquet"


@dataclass(frozen=True)
class LogFile:
    """A file that may hold logs.

    Attributes
    ----------
    path : Path
        Absolute, links resolved: the file's identity in the ledger.
    format : str
        ``jsonl``, ``json`` (lines, an array or one object), ``csv`` or ``parquet``, by name.
    compression : str
        ``none``, ``gzip`` or ``zstd``, by name.
    is_named : bool
        Whether the user named this very file; one found in a directory may be something else.
    """

    path: Path
    format: str
    compression: str
    is_named: bool


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
        Each directory that could not be listed, and the sentence that says why.
    """

    files: list[LogFile] = field(default_factory=list)
    skipped: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def discover(paths: Iterable[str | os.PathLike[str]]) -> Discovery:
    """Find the log files that the paths stand for.

    Arguments
    ---------
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
        for path, is_named in _expand(text, discovery):
            file = _log_file(path, is_named)
            if file is None:
                if is_named:
                    raise BadInputError(f"{path} is no log file; it must end in {_KINDS}.")
                discovery.skipped += 1
            elif file.path not in found or is_named:
                found[file.path] = file
    discovery.files = [found[path] for path in sorted(found)]
    if not discovery.files and not discovery.unreadable:
        also = f" ({discovery.skipped} other files there)" if discovery.skipped else ""
        raise BadInputError(
            f"There are no log files in {', '.join(given)}{also}; they must end in {_KINDS}."
        )
    return discovery


def _expand(text: str, discovery: Discovery) -> Iterator[tuple[Path, bool]]:
    path = Path(text).expanduser()
    if path.is_dir():
        yield from ((entry, False) for entry in _walk(path, discovery))
    elif path.exists():
        yield path, True
    elif glob.has_magic(text):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 (absolute patterns)
        if not matches:
            raise BadInputError(f"The pattern {text} matches no file; check it, and quote it.")
        for match in map(Path, matches):
            if match.is_dir():
                yield from ((entry, False) for entry in _walk(match, discovery))
            else:
                yield match, False
    else:
        raise BadInputError(f"{text} does not exist; give a file, a directory or a pattern.")


def _walk(top: Path, discovery: Discovery) -> Iterator[Path]:
    def note(error: OSError) -> None:
        why = f"The directory {error.filename} cannot be listed ({error.strerror}); allow that."
        discovery.unreadable.append((error.filename, why))

    visited = set()
    for folder, subfolders, names in os.walk(top, followlinks=True, onerror=note):
        # Links may lead back up; a directory is entered once, by whatever name it is met first.
        stat = Path(folder).stat()
        if (stat.st_dev, stat.st_ino) in visited:
            subfolders.clear()
            continue
        visited.add((stat.st_dev, stat.st_ino))
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                discovery.skipped += 1
            else:
                yield Path(folder, name)


def _log_file(path: Path, is_named: bool) -> LogFile | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = COMPRESSIONS.get(suffixes[-1], "none") if suffixes else "none"
    if compression != "none":
        suffixes.pop()
    file_format = FORMATS.get(suffixes[-1]) if suffixes else None
    # Parquet is compressed inside; a pipe or device would block the load.
    if file_format is None or (file_format == "parquet" and compression != "none"):
        return None
    if path.exists() and not path.is_file():
        return None
    return LogFile(path.resolve(), file_format, compression, is_named)
