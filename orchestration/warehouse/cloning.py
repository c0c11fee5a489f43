"""Copy a ClickHouse directory whose engine is closed; files of parts become hard links."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["Link", "clone"]

Link = Callable[[str | Path, Path], object]

# What a part is called: partition, first and last block, level, and the number of a mutation.
_PART = re.compile(r"[\w-]+_\d+_\d+_\d+(_\d+)?")
# Files of a part that transactions write later.
_CHANGED_IN_PLACE = {"txn_version.txt"}
# What belongs to a running engine, or is not finished.
_PASSED_OVER = re.compile(r"status|tmp|tmp_.*|.*\.tmp|delete_tmp_.*|detached|format_schemas")
_UUID = re.compile(r"UUID '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'")


def clone(
    source: Path, target: Path, databases: Sequence[str] | None = None, *, link: Link | None = None
) -> None:
    """Copy a ClickHouse directory that is not changing; files of parts become hard links.

    Parameters
    ----------
    source, target : Path
        The directory and its copy, which must not exist yet.
    databases : sequence of str, optional
        The databases to be in it; all by default.
    link : callable, optional
        Puts a file of a part in place: a hard link by default, ``os.symlink`` where the copy is on
        another disk, ``shutil.copyfile`` where there are no links.
    """
    link = link or os.link
    for folder in ("metadata", "data", "store"):
        (target / folder).mkdir(parents=True)
    for file in (source / "metadata").glob("*.sql"):
        name = file.stem
        if databases is not None and name not in databases:
            continue
        shutil.copyfile(file, target / "metadata" / file.name)
        tables = source / "metadata" / name
        for listed in (tables, source / "data" / name):
            if listed.is_symlink():
                _copy_link(listed, target / listed.relative_to(source), source, target)
            elif listed.is_dir():
                _copy_tree(listed, target / listed.relative_to(source), link)
        for definition in (file, *tables.glob("*.sql")):
            for uuid in _UUID.findall(definition.read_text(errors="replace"))[:1]:
                stored = Path("store") / uuid[:3] / uuid
                if (source / stored).is_dir() and not (target / stored).exists():
                    _copy_tree(source / stored, target / stored, link)


def _copy_link(link: Path, copy: Path, source: Path, target: Path) -> None:
    """Copy a link; an absolute one into the directory leads into the copy."""
    where = link.readlink()
    if where.is_absolute() and where.is_relative_to(source):
        where = target / where.relative_to(source)
    copy.symlink_to(where)


def _copy_tree(source: Path, target: Path, link: Link) -> None:
    target.mkdir(parents=True)
    is_part = _PART.fullmatch(source.name) is not None
    with os.scandir(source) as entries:
        for entry in entries:
            if _PASSED_OVER.fullmatch(entry.name):
                continue
            copy = target / entry.name
            if entry.is_symlink():
                copy.symlink_to(Path(entry.path).readlink())
            elif entry.is_dir():
                _copy_part_or_folder(Path(entry.path), copy, link, is_part)
            elif is_part and entry.name not in _CHANGED_IN_PLACE:
                link(entry.path, copy)
            else:
                shutil.copyfile(entry.path, copy)


def _copy_part_or_folder(source: Path, target: Path, link: Link, in_part: bool) -> None:
    """Copy a folder; those in a part, its projections, are linked as the part is."""
    if not in_part:
        _copy_tree(source, target, link)
        return
    target.mkdir()
    for path in source.iterdir():
        link(path, target / path.name)
