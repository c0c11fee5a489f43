"""Load log files into the raw tables: file by file, each content once, each file all or nothing."""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike

from orchestration.errors import UserError
from orchestration.loading.detect import Head, UnknownSourceError, find_source, read_head
from orchestration.loading.discover import LogFile, discover
from orchestration.loading.ledger import Ledger, LoadRecord, content_hash
from orchestration.loading.options import LoadOptions
from orchestration.loading.reader import Reader, UnreadableFileError, open_reader, reading
from orchestration.loading.rows import rows_of, sql_text
from orchestration.loading.sources import Source, source_named
from orchestration.settings import database
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = ["FileReport", "LoadProgress", "LoadReport", "load"]

_LOG_COLUMNS = ("record", "_run_key", "_line_number", "_source_file", "_load_id", "_loaded_at")
_REJECTED_COLUMNS = (
    "source",
    "entity",
    "_source_file",
    "_line_number",
    "reason",
    "line_text",
    "_load_id",
    "_loaded_at",
)
_MAX_REJECTED_BYTES = 64 * 1024
_SELECT_SETTINGS = "settings max_threads = 1"
_BATCH_FILES = 50
_BATCH_BYTES = 32 * 1024 * 1024


@dataclass
class FileReport:
    """What became of one file.

    Attributes
    ----------
    path : str
        The file.
    status : str
        ``loaded``; ``unchanged`` (its content is there already); ``empty``; ``skipped`` (found in a
        directory, but no log of any known source); or ``failed``.
    source : str
        Name of its source, where that is known.
    bytes : int
        Its size on disk.
    loaded_rows, rejected_rows : int
        Rows that went to the raw table and to ``raw.rejected_lines``.
    message : str
        Why it failed or was skipped, or what else there is to say; one sentence.
    """

    path: str
    status: str
    source: str = ""
    bytes: int = 0
    loaded_rows: int = 0
    rejected_rows: int = 0
    message: str = ""


@dataclass
class LoadReport:
    """What became of a load.

    Attributes
    ----------
    files : list of FileReport
        One per file, in the order they were loaded.
    passed_over : int
        Hidden files, and files of other kinds, that directories held besides.
    seconds : float
        How long it took.
    """

    files: list[FileReport] = field(default_factory=list)
    passed_over: int = 0
    seconds: float = 0.0

    def count(self, status: str) -> int:
        """Return the number of files with a status."""
        return sum(file.status == status for file in self.files)

    @property
    def loaded_rows(self) -> int:
        """Rows that went to raw tables."""
        return sum(file.loaded_rows for file in self.files)

    @property
    def rejected_rows(self) -> int:
        """Lines that went to ``raw.rejected_lines``."""
        return sum(file.rejected_rows for file in self.files)

    @property
    def exit_code(self) -> int:
        """1 when a file failed, else 0; rejected lines do not fail a load."""
        return 1 if self.count("failed") else 0


@dataclass(frozen=True)
class LoadProgress:
    """How far a load is, told after each file.

    Attributes
    ----------
    file : FileReport
        The file just finished.
    files_done, files_total : int
        Files finished, and to do in all.
    bytes_done, bytes_total : int
        The same in bytes on disk.
    """

    file: FileReport
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


def load(
    paths: Iterable[str | PathLike[str]],
    *,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    force: bool = False,
    progress: Callable[[LoadProgress], None] | None = None,
) -> LoadReport:
    """Load files into the raw tables of the current target.

    A file becomes visible as a whole, by one row in the ledger; a load that is cut short leaves
    nothing visible and can be repeated. Content that is loaded already is not loaded again.

    Arguments
    ---------
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
        Called after each file.

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
    """
    started = time.monotonic()
    asked = source_named(source) if source else None
    options = LoadOptions(mapping or {}, constants or {})
    options.check(asked)
    found = discover(paths)
    report = LoadReport(passed_over=found.skipped)
    report.files = [FileReport(path, "failed", message=why) for path, why in found.unreadable]
    sizes = [_size(file) for file in found.files]
    with connect() as client:
        ensure_raw_tables(client)
        with open_reader(client) as reader:
            loader = _Loader(reader, asked, options, force)
            waiting: list[LoadProgress] = []
            for done, (file, size) in enumerate(zip(found.files, sizes, strict=True), start=1):
                result = loader.load(file, size)
                report.files.append(result)
                waiting.append(
                    LoadProgress(result, done, len(sizes), sum(sizes[:done]), sum(sizes))
                )
                if loader.is_full or done == len(sizes):
                    loader.flush()
                    _tell(progress, waiting)
    _explain_nothing_recognised(report)
    report.seconds = time.monotonic() - started
    return report


def _tell(progress: Callable[[LoadProgress], None] | None, waiting: list[LoadProgress]) -> None:
    if progress:
        for step in waiting:
            progress(step)
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


@dataclass(frozen=True)
class _Prepared:
    """A file that was read through and counted, ready to insert."""

    file: LogFile
    report: FileReport
    record: LoadRecord
    rows: str


class _Loader:
    """Loads files in batches through one open reader.

    A batch shares its ledger rows, as a row for each of many small files would take as long as the
    files themselves. Each file still succeeds or fails alone.
    """

    def __init__(self, reader: Reader, asked: Source | None, options: LoadOptions, force: bool):
        self._reader = reader
        self._asked = asked
        self._options = options
        self._force = force
        self._ledger = Ledger(reader.client)
        # Only the owner of a directory can tell that a load which is not finished is dead.
        if reader.is_embedded:
            self._ledger.discard(self._ledger.records("loading"), "interrupted")
        self._loaded: dict[str, list[LoadRecord]] = defaultdict(list)
        for record in self._ledger.records("loaded"):
            self._loaded[record.content_hash].append(record)
        self._rejected_whole = {
            (record.content_hash, record.source, record.options)
            for record in self._ledger.records("failed")
            if record.rejected_rows
        }
        self._batch: list[_Prepared] = []

    def load(self, file: LogFile, size: int) -> FileReport:
        """Read a file through, and load it with the next full batch.

        Arguments
        ---------
        file : LogFile
            The file.
        size : int
            Its size in bytes.

        Returns
        -------
        FileReport
            What became of it; final once the batch is flushed.
        """
        report = FileReport(str(file.path), "failed", bytes=size)
        try:
            with reading(file):
                prepared = self._prepare(file, report)
        except UnknownSourceError as error:
            # A directory of logs may hold other files; a named one was meant.
            report.status = "failed" if file.is_named or error.is_damaged else "skipped"
            report.message = str(error)
        except UserError as error:
            report.status, report.message = "failed", str(error)
        else:
            if prepared:
                self._batch.append(prepared)
        return report

    @property
    def is_full(self) -> bool:
        """Whether the batch is worth flushing."""
        return (
            len(self._batch) >= _BATCH_FILES
            or sum(prepared.record.bytes for prepared in self._batch) >= _BATCH_BYTES
        )

    def flush(self) -> None:
        """Insert the batch, and make its files visible."""
        self._ledger.write(prepared.record for prepared in self._batch)
        switched: dict[uuid.UUID, LoadRecord] = {}
        for prepared in self._batch:
            record = prepared.record
            try:
                with reading(prepared.file):
                    self._insert(record, prepared.rows)
            except UserError as error:
                self._ledger.discard([record], str(error))
                prepared.report.message = str(error)
                continue
            report = prepared.report
            report.status = "loaded"
            report.loaded_rows, report.rejected_rows = record.loaded_rows, record.rejected_rows
            for old in self._replaced(record) if self._force else ():
                switched[old.load_id] = old.with_status("removed", "replaced by a forced load")
            switched[record.load_id] = record.with_status("loaded")
        self._ledger.write(switched.values())
        for record in switched.values():
            olds = self._loaded[record.content_hash]
            olds[:] = [old for old in olds if old.load_id != record.load_id]
            if record.status == "loaded":
                olds.append(record)
        self._batch.clear()
        self._reader.clear()

    def _prepare(self, file: LogFile, report: FileReport) -> _Prepared | None:
        digest = content_hash(file.path)
        same = self._same_content(digest)
        if same:
            report.status, report.source = "unchanged", same.source
            if same.source_file != str(file.path):
                report.message = f"{file.path} has the content of {same.source_file}."
            return None
        head = read_head(self._reader, file)
        if head.is_empty:
            report.status = "empty"
            return None
        source = self._asked or find_source(file, head, self._options)
        report.source = source.name
        options = self._options.for_source(source)
        _check_fit(file, head, source, options)
        rows = rows_of(self._reader, file, head, source, options)
        ((good, bad),) = self._reader.select(
            f"select countIf(reason = ''), countIf(reason != '') from ({rows}) {_SELECT_SETTINGS}"
        )
        record = LoadRecord(
            load_id=uuid.uuid4(),
            source=source.name,
            entity=source.entity,
            source_file=str(file.path),
            content_hash=digest,
            options=options.as_json(),
            bytes=report.bytes,
            loaded_rows=good,
            rejected_rows=bad,
        )
        if good:
            return _Prepared(file, report, record, rows)
        if bad:
            report.rejected_rows = 1
            report.message = self._reject_whole(record, rows)
        else:
            report.status = "empty"
        return None

    def _same_content(self, digest: str) -> LoadRecord | None:
        """Return what makes loading this content needless: a load before, or in this batch."""
        before = [] if self._force else self._loaded[digest]
        for record in [*before, *(prepared.record for prepared in self._batch)]:
            if record.content_hash != digest:
                continue
            source = source_named(record.source)
            if self._asked not in (None, source):
                continue
            if record.options == self._options.for_source(source).as_json():
                return record
        return None

    def _insert(self, record: LoadRecord, rows: str) -> None:
        raw = database("raw")
        self._reader.insert(f"{raw}.{record.entity}", _LOG_COLUMNS, _log_rows(record, rows))
        if record.rejected_rows:
            self._reader.insert(
                f"{raw}.rejected_lines", _REJECTED_COLUMNS, _rejected_rows(record, rows)
            )

    def _replaced(self, record: LoadRecord) -> list[LoadRecord]:
        return [
            old
            for olds in self._loaded.values()
            for old in olds
            if old.source_file == record.source_file or old.content_hash == record.content_hash
        ]

    def _reject_whole(self, record: LoadRecord, rows: str) -> str:
        """Record that no line could be read, with the first line alone; the file is still there."""
        first = f"select * from ({rows}) order by number limit 1"
        ((reason,),) = self._reader.select(f"select reason from ({first}) {_SELECT_SETTINGS}")
        message = (
            f"{record.source_file} has no line that can be loaded as {record.source} "
            f"({record.rejected_rows} lines; the first: {reason})."
        )
        key = (record.content_hash, record.source, record.options)
        if key not in self._rejected_whole:
            self._rejected_whole.add(key)
            self._reader.insert(
                f"{database('raw')}.rejected_lines",
                _REJECTED_COLUMNS,
                _rejected_rows(record, first),
            )
            self._ledger.write([record.with_status("failed", message, rejected_rows=1)])
        return message


def _check_fit(file: LogFile, head: Head, source: Source, options: LoadOptions) -> None:
    if file.format not in source.formats:
        raise UnreadableFileError(
            f"{file.path}: {source.name} comes as JSON lines, not {file.format}; "
            "check --source for this file."
        )
    if file.format in ("csv", "parquet"):
        if not head.keys:
            raise UnreadableFileError(f"{file.path} is binary and no {file.format} file.")
        (names,) = head.keys
        absent = sorted(set(options.mapping) - names)
        if absent:
            raise UnreadableFileError(
                f"{file.path} has no column {absent[0]!r} to map; "
                f"it has {', '.join(sorted(names))}."
            )


def _log_rows(record: LoadRecord, rows: str) -> str:
    run_key = sql_text(source_named(record.source).run_key)
    return (
        f"select record, ifNull(JSONExtract(record, {run_key}, 'Nullable(String)'), ''), number, "
        f"{sql_text(record.source_file)}, toUUID('{record.load_id}'), now64(3, 'UTC') "
        f"from ({rows}) where reason = '' {_SELECT_SETTINGS}"
    )


def _rejected_rows(record: LoadRecord, rows: str) -> str:
    cut = f"concat(reason, ' (text cut at {_MAX_REJECTED_BYTES // 1024} KiB of ', "
    cut += "toString(length(text)), ' bytes)')"
    return (
        f"select {sql_text(record.source)}, {sql_text(record.entity)}, "
        f"{sql_text(record.source_file)}, number, "
        f"if(length(text) > {_MAX_REJECTED_BYTES}, {cut}, reason), "
        f"substring(text, 1, {_MAX_REJECTED_BYTES}), toUUID('{record.load_id}'), now64(3, 'UTC') "
        f"from ({rows}) where reason != '' {_SELECT_SETTINGS}"
    )
