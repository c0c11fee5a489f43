"""Files that wait to be loaded, in the order in which history is filled up."""

from collections.abc import Iterable
from os import PathLike

from orchestration.loading.discover import LogFile, discover
from orchestration.loading.ledger import Ledger
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = ["newest_first", "not_loaded"]


def not_loaded(paths: Iterable[str | PathLike[str]]) -> list[LogFile]:
    """Return the files of which no load is visible or has failed at their present size.

    Parameters
    ----------
    paths : iterable of path
        Files, directories or glob patterns; nothing is returned of nothing.

    Returns
    -------
    list of LogFile
        What a load would read. A file that failed once would fail again, and must not keep the
        others waiting.
    """
    paths = list(paths)
    if not paths:
        return []
    found = discover(paths).files
    with connect() as client:
        ensure_raw_tables(client)
        records = Ledger(client).records("loaded", "failed")
    known = {(record.source_file, record.bytes) for record in records}
    return [file for file in found if (file.name, file.path.stat().st_size) not in known]


def newest_first(files: Iterable[LogFile]) -> list[str]:
    """Return the paths of files, those first that were written last."""
    ordered = sorted(files, key=lambda file: (-file.path.stat().st_mtime_ns, file.name))
    return [str(file.path) for file in ordered]
