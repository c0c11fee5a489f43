"""The journal: what commands loaded and built in this home, for Dagster to show.

A command writes one file when it is done, which costs it milliseconds; importing Dagster would cost
it seconds. Dagster's sensor reads the files, in whatever order they appear.
"""

import json
import os
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration import settings

__all__ = ["KEPT_FILES", "Entry", "folder", "new_version", "read", "write"]

KEPT_FILES = 200
"""Older files stay only while they hold the newest entry of an asset or check."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What happened to one asset, or how one of its checks ended.

    Attributes
    ----------
    asset : list of str
        Layer and name; empty for a check.
    check : str
        Name of the dbt test; empty for an asset.
    by : str
        The command.
    at : float
        When it was done, in seconds since 1970.
    seconds : float
        How long it took.
    rows : int or None
        Rows of the table then; None for a view.
    version : str
        Version of what it holds; empty where only ``rows`` is known.
    code : str
        Version of the code that made it.
    is_changed : bool
        Whether it holds something else than before.
    passed, is_warning : bool
        How the check ended.
    facts : dict
        What else there is to say, by name: numbers and texts.
    """

    asset: list[str] = field(default_factory=list)
    check: str = ""
    by: str = ""
    at: float = field(default_factory=time.time)
    seconds: float = 0.0
    rows: int | None = None
    version: str = ""
    code: str = ""
    is_changed: bool = True
    passed: bool = True
    is_warning: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What it is about."""
        return f"check {self.check}" if self.check else f"{bool(self.version)} {self.asset}"


def folder() -> Path:
    """Return the folder of the journal; it need not exist yet."""
    return settings.home() / "journal"


def new_version() -> str:
    """Return a version that nothing had before."""
    return uuid.uuid4().hex


def write(entries: Iterable[Entry]) -> None:
    """Write a file of entries; it appears as a whole.

    Where that is impossible nothing is written: the data itself is what the command is for.

    Parameters
    ----------
    entries : iterable of Entry
        What a command did; nothing is written of nothing.
    """
    lines = [json.dumps(asdict(entry), ensure_ascii=False) for entry in entries]
    if not lines:
        return
    name = f"{time.time_ns():020}_{os.getpid()}.jsonl"
    path, unfinished = folder() / name, folder() / f".{name}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
        unfinished.replace(path)
        _forget()
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


def read(path: Path) -> list[Entry]:
    """Return the entries of a file; a line of another version of this program is left out.

    Parameters
    ----------
    path : Path
        File of the journal.

    Returns
    -------
    list of Entry
        In the order in which things were done; none if the file is gone.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(Entry(**json.loads(line)))
        except (TypeError, ValueError):
            continue
    return found


def _forget() -> None:
    """Remove files whose entries all have a newer one, when there are twice as many as are kept."""
    paths = sorted(folder().glob("*.jsonl"), reverse=True)
    if len(paths) < 2 * KEPT_FILES:
        return
    known: set[str] = set()
    for place, path in enumerate(paths):
        subjects = {entry.subject for entry in read(path)}
        if place >= KEPT_FILES and subjects <= known:
            path.unlink(missing_ok=True)
        known |= subjects
