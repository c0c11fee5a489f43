"""Homes that were copied with their links followed: the links are put back."""

import os
import re
import shutil
from pathlib import Path

__all__ = ["put_back_links"]

_UUID = re.compile(r"UUID '([0-9a-f]{3})([0-9a-f-]{33})'")


def put_back_links(directory: Path) -> list[str]:
    """Replace copies of what links pointed to by links, where what they point to is there too.

    ClickHouse keeps tables under ``store`` and refers to them by links in ``metadata`` and
    ``data``. ``cp -L``, ``scp -r`` and some backups write copies instead, which it refuses.

    Parameters
    ----------
    directory : Path
        The data directory of the embedded ClickHouse, which nobody has open.

    Returns
    -------
    list of str
        The databases whose links were put back.
    """
    healed = []
    for statement in sorted((directory / "metadata").glob("*.sql")):
        copied = statement.with_suffix("")
        found = _UUID.search(statement.read_text(encoding="utf-8", errors="replace"))
        if found is None or copied.is_symlink() or not copied.is_dir():
            continue
        kept = directory / "store" / found[1] / (found[1] + found[2])
        if not kept.is_dir() or not _has_all(kept, copied):
            continue
        shutil.rmtree(copied)
        copied.symlink_to(os.path.relpath(kept, copied.parent))
        # ClickHouse writes the links to tables again when it attaches them.
        tables = directory / "data" / copied.name
        for table in tables.iterdir() if tables.is_dir() else ():
            if not table.is_symlink() and table.is_dir():
                shutil.rmtree(table)
        healed.append(copied.name)
    return healed


def _has_all(kept: Path, copied: Path) -> bool:
    """Tell whether every table that the copy defines is defined where the link would point."""
    return {file.name for file in copied.iterdir()} <= {file.name for file in kept.iterdir()}
