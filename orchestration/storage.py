"""Failures of the disk that holds the data, in one sentence, whatever was being done."""

import errno
import os
import re
import shutil
from pathlib import Path

from orchestration import settings
from orchestration.errors import UserError

__all__ = [
    "StorageError",
    "deleted_home",
    "keep_private",
    "missing_home",
    "storage_problem",
    "usual_mode",
]

# What systems and ClickHouse say, in their errors and in those that dbt passes on.
_NO_SPACE = re.compile(
    r"No space left on device|Disk quota exceeded|NOT_ENOUGH_SPACE|File too large|"
    r"Cannot reserve .* not enough space|ENOSPC|EDQUOT",
    re.IGNORECASE,
)
_NOT_WRITABLE = re.compile(r"Read-only file system|EROFS", re.IGNORECASE)
_GONE = re.compile(
    r"FILE_DOESNT_EXIST|(Cannot|cannot|can't) (open|create|write|rename|stat)\b.*"
    r"No such file or directory|filesystem error.*No such file or directory",
    re.IGNORECASE,
)
_NO_SPACE_NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The mask before it was narrowed.
_usual: dict[str, int] = {}


class StorageError(UserError):
    """The disk that holds the data cannot be written."""

    # EX_IOERR of sysexits.h.
    exit_code = 74


def storage_problem(error: BaseException | str) -> StorageError | None:
    """Tell whether an error is one of the disk that holds the data.

    Parameters
    ----------
    error : BaseException or str
        What went wrong, or the words for it; an exception's causes count.

    Returns
    -------
    StorageError or None
        The sentence for it; None where the disk is not at fault.
    """
    text, numbers = _said(error)
    home = settings.home()
    if numbers & set(_NO_SPACE_NUMBERS) or _NO_SPACE.search(text):
        return StorageError(
            f"The disk of {home} is full ({_free(home)}): free some space, or set TOKENHOUSE_HOME "
            "to a folder on another disk, and run this again; what was stored before is whole and "
            "can be read."
        )
    if errno.EROFS in numbers or _NOT_WRITABLE.search(text):
        return StorageError(
            f"The disk of {home} is read-only: make it writable, or set TOKENHOUSE_HOME to a "
            "folder on another disk, and run this again."
        )
    # What names a file of the user's own that is missing is no problem of the home.
    is_missing = errno.ENOENT in numbers or _GONE.search(text)
    return missing_home() if is_missing and not isinstance(error, UserError) else None


def missing_home() -> StorageError | None:
    """Return the sentence for a home that was deleted while it was open; None where it is there."""
    home = settings.home()
    return None if (home / "clickhouse").exists() or home.is_file() else deleted_home()


def deleted_home() -> StorageError:
    """Return the sentence for a home that was deleted while it was open."""
    home = settings.home()
    return StorageError(
        f"The folder {home} was deleted while it was in use: run this again to start with an "
        "empty one, or put back a copy."
    )


def keep_private() -> None:
    """Let nobody else read what this process writes from now on: logs hold prompts and answers."""
    _usual["mask"] = os.umask(0o077) if "mask" not in _usual else _usual["mask"]


def usual_mode() -> int:
    """Return the mode that a file of the user's own has, which is not the home's.

    Returns
    -------
    int
        As new files had it before :func:`keep_private`.
    """
    mask = _usual.get("mask")
    if mask is None:
        mask = os.umask(0)
        os.umask(mask)
    return 0o666 & ~mask


def _said(error: BaseException | str) -> tuple[str, set[int]]:
    """Return all words and numbers of errors that an error holds."""
    if isinstance(error, str):
        return error, set()
    words, numbers, seen = [], set(), set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        words.append(str(current))
        if isinstance(current, OSError) and current.errno:
            numbers.add(current.errno)
        current = current.__cause__ or current.__context__
    return "\n".join(words), numbers


def _free(folder: Path) -> str:
    """Return how much is free where a folder is, or would be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
        files = os.statvfs(folder)
    except OSError:
        return "nothing is known of what is left"
    # Some file systems run out of inodes first.
    left = f" and {files.f_favail:,} files" if files.f_files > 0 and files.f_favail < 1000 else ""
    return f"{free / 1e6:,.0f} MB{left} are free"
