"""Load log files into the raw tables."""

import time
from collections.abc import Callable, Iterable, Mapping
from os import PathLike

from orchestration import settings
from orchestration.loading.discover import LogFile, discover
from orchestration.loading.engine import open_engine
from orchestration.loading.loader import Loader
from orchestration.loading.options import LoadOptions
from orchestration.loading.report import FileReport, LoadProgress, LoadReport
from orchestration.loading.sources import source_named
from orchestration.storage import deleted_home
from orchestration.warehouse.client import connect
from orchestration.warehouse.locking import is_deleted
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = ["load"]


def load(
    paths: Iterable[str | PathLike[str]],
    *,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    force: bool = False,
    progress: Callable[[LoadProgress], None] | None = None,
    on_new: Callable[[], None] | None = None,
) -> LoadReport:
    """Load files into the raw tables of the current target.

    A file becomes visible as a whole, by one row in the ledger; a load that is cut short leaves
    nothing visible and can be repeated. Content that is loaded already is not loaded again; with
    another source or other options it takes the place of what it brought before.

    Parameters
    ----------
    paths : iterable of path
        Files, directories or glob patterns.
    source : str, optional
        Name of the source of all files; found out file by file when absent.
    mapping : mapping of str to str, optional
        Their key to our column, for the generic sources.
    constants : mapping of str to str, optional
        Our column to a value for every row, for the generic sources.
    force : bool
        Load also what is loaded already, and take back what the same file or the same content
        brought before.
    progress : callable, optional
        Called after each file, and now and then within a large one.
    on_new : callable, optional
        Called before the first file is loaded that is not loaded already.

    Returns
    -------
    LoadReport
        What became of each file. A file that fails does not stop the others.

    Raises
    ------
    BadInputError
        If a path, the source or an option cannot be used; nothing is loaded then.
    WarehouseBusyError
        If another process holds the embedded directory.
    WarehouseUnreachableError
        If the server does not answer.
    StorageError
        If the disk that holds the data cannot be written, or the home is gone.
    """
    started = time.monotonic()
    asked = source_named(source) if source else None
    options = LoadOptions(mapping or {}, constants or {})
    options.check(asked)
    found = discover(paths)
    report = LoadReport(passed_over=found.skipped)
    report.files = [FileReport(path, "failed", message=why) for path, why in found.unreadable]
    with connect() as client:
        ensure_raw_tables(client)
        with open_engine(client) as engine:
            loader = Loader(engine, asked, options, force, on_new)
            try:
                _load_all(loader, found.files, report, progress)
            finally:
                loader.close()
            # What was written to files without a name is gone with them.
            if engine.is_embedded and is_deleted(settings.data_directory()):
                raise deleted_home()
    _explain_nothing_recognised(report)
    report.seconds = time.monotonic() - started
    return report


def _load_all(
    loader: Loader,
    files: list[LogFile],
    report: LoadReport,
    progress: Callable[[LoadProgress], None] | None,
) -> None:
    tell = progress or (lambda step: None)
    sizes = [_size(file) for file in files]
    total = sum(sizes)
    waiting: list[LoadProgress] = []
    bytes_done = 0
    for done, (file, size) in enumerate(zip(files, sizes, strict=True), start=1):

        def went_on(bytes_read: int, before: int = bytes_done, done: int = done) -> None:
            tell(LoadProgress(None, done - 1, len(files), before + bytes_read, total))

        result = loader.load(file, size, went_on)
        bytes_done += size
        report.files.append(result)
        waiting.append(LoadProgress(result, done, len(files), bytes_done, total))
        if loader.is_full or done == len(files):
            loader.flush()
            for step in waiting:
                tell(step)
            waiting.clear()


def _size(file: LogFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def _explain_nothing_recognised(report: LoadReport) -> None:
    """Fail what was passed over as no log when there was nothing else: some of it was meant."""
    skipped = [file for file in report.files if file.status == "skipped"]
    if len(skipped) == len(report.files):
        for file in skipped:
            file.status = "failed"
