"""Take back what files brought: their loads are marked removed and no longer show."""

import glob
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from os import PathLike, fspath
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.loading.ledger import Ledger, LoadRecord
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = ["UnloadReport", "unload"]


@dataclass(frozen=True)
class UnloadReport:
    """What was taken back.

    Attributes
    ----------
    files : list of str
        The files whose loads are removed now.
    loads : int
        Their loads; a file that changed was loaded more than once.
    rows : int
        Rows that no longer show.
    tables : list of str
        The raw tables that held them.
    """

    files: list[str]
    loads: int
    rows: int
    tables: list[str] = field(default_factory=list)


def unload(paths: Iterable[str | PathLike[str]]) -> UnloadReport:
    """Mark the loads of files as removed. Loading the files again brings their rows back.

    Parameters
    ----------
    paths : iterable of path
        Files, directories (with everything below) or glob patterns, as they were loaded; the files
        need not exist any more.

    Returns
    -------
    UnloadReport
        What was taken back.

    Raises
    ------
    BadInputError
        If nothing is loaded from one of the paths; nothing is removed then.
    """
    with connect() as client:
        ensure_raw_tables(client)
        ledger = Ledger(client)
        loaded = ledger.records("loaded")
        removed: dict[object, LoadRecord] = {}
        for path in paths:
            matching = [record for record in loaded if _is_from(record.source_file, fspath(path))]
            if not matching:
                raise BadInputError(f"Nothing is loaded from {fspath(path)}; nothing was removed.")
            removed |= {record.load_id: record for record in matching}
        ledger.write(record.with_status("removed", "unloaded") for record in removed.values())
    return UnloadReport(
        files=sorted({record.source_file for record in removed.values()}),
        loads=len(removed),
        rows=sum(record.loaded_rows for record in removed.values()),
        tables=sorted({record.entity for record in removed.values()}),
    )


def _is_from(source_file: str, path: str) -> bool:
    asked = Path(path).expanduser().resolve()
    if Path(source_file).is_relative_to(asked):
        return True
    return glob.has_magic(path) and fnmatchcase(source_file, str(asked))
