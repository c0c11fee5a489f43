"""Loads files into the raw tables in batches: each content once, each file all or nothing."""

import contextlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from orchestration.loading.batch import Batch, create_tables
from orchestration.loading.contents import Contents
from orchestration.loading.discover import LogFile
from orchestration.loading.engine import Engine
from orchestration.loading.errors import UnknownSourceError, UnreadableFileError
from orchestration.loading.file_load import FileLoad
from orchestration.loading.history import History
from orchestration.loading.ledger import Ledger, LoadRecord
from orchestration.loading.limits import BATCH_BYTES, BATCH_FILES, BATCH_NAME_CHARS
from orchestration.loading.opening import open_records
from orchestration.loading.options import LoadOptions
from orchestration.loading.recognise import check_fit, find_source
from orchestration.loading.records import Piece, Records
from orchestration.loading.report import FileReport
from orchestration.loading.sources import Source, source_named
from orchestration.loading.sqlite import SqliteRecords, snapshot
from orchestration.loading.translation import translated
from orchestration.storage import storage_problem

__all__ = ["Loader"]


class Loader:
    """Loads files in batches through one engine.

    Statements for each of many small files would take longer than reading them, so files of a
    source share their statements. Each file still succeeds or fails alone, and shows as a whole.

    Parameters
    ----------
    engine : Engine
        What reads and inserts.
    asked : Source or None
        The source of all files; found out file by file when None.
    options : LoadOptions
        Renamings and constants, for the generic sources.
    force : bool
        Whether what is loaded already is loaded again.
    on_new : callable, optional
        Called before the first file is loaded that is not loaded already.
    """

    def __init__(
        self,
        engine: Engine,
        asked: Source | None,
        options: LoadOptions,
        force: bool,
        on_new: Callable[[], None] | None = None,
    ):
        self._engine = engine
        self._on_new = on_new
        self._asked = asked
        self._options = options
        self._ledger = Ledger(engine.client)
        # Only the owner of a directory can tell that a load which is not finished is dead.
        if engine.is_embedded:
            self._ledger.discard(self._ledger.records("loading"), "interrupted")
        self._pauses = contextlib.ExitStack()
        self._pauses.enter_context(engine.merges_paused())
        self._history = History(self._ledger, asked, options, force)
        self._batches: dict[str, Batch] = {}
        self._pending: dict[str, FileLoad] = {}
        create_tables(engine)

    def load(self, file: LogFile, size: int, went_on: Callable[[int], None]) -> FileReport:
        """Read a file, and load it with the next full batch; a large one is a batch and more.

        Parameters
        ----------
        file : LogFile
            The file.
        size : int
            Its size in bytes.
        went_on : callable
            Called with the bytes that were read whenever some of them are loaded.

        Returns
        -------
        FileReport
            What became of it; final once the batch is flushed.
        """
        report = FileReport(file.name, "failed", bytes=size)
        try:
            self._load(file, report, went_on)
        except OSError as error:
            # A full disk is no fault of the log.
            if problem := storage_problem(error):
                raise problem from error
            reason = error.strerror or error
            report.message = f"{file.name} cannot be read ({reason}); check it and load it again."
        except UnreadableFileError as error:
            # A directory of logs may hold other files; a named one was meant.
            is_other = isinstance(error, UnknownSourceError) and not file.is_named
            report.status, report.message = "skipped" if is_other else "failed", str(error)
            if not is_other:
                self._record_failure(report, error)
        return report

    @property
    def is_full(self) -> bool:
        """Whether what waits is worth flushing."""
        batches = self._batches.values()
        return (
            sum(batch.size for batch in batches) >= BATCH_BYTES
            or sum(len(batch.loads) for batch in batches) >= BATCH_FILES
            or sum(batch.name_chars for batch in batches) >= BATCH_NAME_CHARS
        )

    def flush(self) -> None:
        """Insert what waits, and make the files that are complete visible."""
        loads: list[FileLoad] = []
        for batch in self._batches.values():
            if not batch.loads:
                continue
            batch.judge()
            new = [load for load in batch.loads if load.has_rows and not load.is_announced]
            self._ledger.write(load.record for load in new)
            for load in new:
                load.is_announced = True
            batch.insert()
            loads += batch.loads
            batch.clear()
        self._show(loads)

    def close(self) -> None:
        """Let go of what waits."""
        self._pauses.close()
        for batch in self._batches.values():
            batch.close()

    def _load(self, file: LogFile, report: FileReport, went_on: Callable[[int], None]) -> None:
        with contextlib.ExitStack() as opened:
            path = file.path
            if file.format == "sqlite":
                path = opened.enter_context(snapshot(path, file.name))
            contents = opened.enter_context(Contents(path, file.name))
            report.bytes = contents.size
            if contents.is_small or self._history.may_have(contents.size):
                report.content_hash = contents.look_ahead()
                if self._is_known(file, report):
                    return
            sizes = self._history.sizes_before(file.name, contents.size)
            records = open_records(file, contents, contents.text(sizes), self._engine)
            source = self._source_of(file, records, report)
            if source is None:
                return
            if self._on_new:
                self._on_new()
            load = self._begin(file, records, source, report)
            if isinstance(records, SqliteRecords) and source.query:
                pieces = records.rows(source.query(records.head.keys[0]))
            else:
                pieces = records.pieces(source.held_at)
            if source.translator:
                load.translator = source.translator(file.path)
                pieces = translated(pieces, load.translator)
            self._add_all(load, pieces, source, lambda: went_on(contents.bytes_read))
            if load.problem:
                return
            report.content_hash = contents.digest
            load.record = replace(load.record, content_hash=contents.digest, bytes=report.bytes)
            load.replaced = self._history.replaced_by(load.record, contents.digest_of_first)
            load.is_complete = True
            self._pending[contents.digest] = load

    def _is_known(self, file: LogFile, report: FileReport) -> bool:
        """Tell whether the content is loaded, or waits to be."""
        same = self._history.same(report.content_hash)
        pending = self._pending.get(report.content_hash)
        if pending:
            pending.copies.append(report)
            same = pending.record
        if same is None:
            return False
        report.status, report.source = "unchanged", same.source
        if same.source_file != file.name:
            report.message = f"{file.name} has the content of {same.source_file}."
        return True

    def _source_of(self, file: LogFile, records: Records, report: FileReport) -> Source | None:
        """Return the file's source; None where there is nothing in it."""
        head = records.head
        source = self._asked
        if not head.is_empty and source is None:
            try:
                source = find_source(file, head, self._options)
            except UnknownSourceError:
                if not head.is_empty_page:
                    raise
        if head.is_empty or source is None:
            report.status = "empty"
            return None
        report.source = source.name
        check_fit(file, head, source, self._options.for_source(source))
        return source

    def _begin(
        self, file: LogFile, records: Records, source: Source, report: FileReport
    ) -> FileLoad:
        record = LoadRecord(
            load_id=uuid.uuid4(),
            load_number=self._ledger.next_load_number(),
            source=source.name,
            entity=source.entity,
            source_file=file.name,
            content_hash=report.content_hash,
            options=self._options.for_source(source).as_json(),
            bytes=report.bytes,
            modified_at=datetime.fromtimestamp(file.path.stat().st_mtime, UTC),
        )
        run = ""
        if source.file_run and file.format in ("jsonl", "json"):
            run = records.run(source.file_run, file.path.as_posix())
        return FileLoad(record, report, run)

    def _add_all(
        self, load: FileLoad, pieces: Iterator[Piece], source: Source, went_on: Callable[[], None]
    ) -> None:
        options = self._options.for_source(source)
        if source.name not in self._batches:
            self._batches[source.name] = Batch(self._engine, source, options)
        batch = self._batches[source.name]
        batch.begin(load)
        try:
            for piece in pieces:
                batch.add(piece)
                if self.is_full:
                    self.flush()
                    went_on()
                    if load.problem:
                        return
                    batch.begin(load)
        except (OSError, UnreadableFileError) as error:
            batch.drop_last()
            if load.is_announced:
                self._pauses.close()
                self._ledger.discard([load.record], str(error))
                self._pauses.enter_context(self._engine.merges_paused())
            raise

    def _show(self, loads: Iterable[FileLoad]) -> None:
        """Make loaded files visible, and hide what they replace, by one insert."""
        changes: dict[uuid.UUID, LoadRecord] = {}
        for load in loads:
            if load.problem:
                self._fail(load)
            elif load.is_complete:
                changes |= self._changes_of(load)
            if load.is_complete:
                self._pending.pop(load.record.content_hash, None)
        self._ledger.write(changes.values())
        self._history.change(changes.values())

    def _changes_of(self, load: FileLoad) -> dict[uuid.UUID, LoadRecord]:
        record, report = load.record, load.report
        if not load.has_rows:
            # Of a tool's own records only those with usage are kept.
            message = ""
            if load.translator:
                place = load.translator.counted_elsewhere
                message = f"{report.path} has no record with usage" + (
                    f" that is not in {place}." if place else "."
                )
            for each in (report, *load.copies):
                each.status, each.message = "empty", message
            return {}
        report.status = "loaded"
        report.loaded_rows, report.rejected_rows = record.loaded_rows, record.rejected_rows
        changes = {record.load_id: record.with_status("loaded")}
        for old in load.replaced:
            changes[old.load_id] = old.with_status("removed", f"replaced by load {record.load_id}")
        read_otherwise = [old for old in load.replaced if not self._history.is_as_asked(old)]
        if read_otherwise:
            rows = sum(old.loaded_rows for old in read_otherwise)
            report.message = (
                f"{report.path} replaces what was loaded of it with another --source, --map or "
                f"--set: {rows:,} rows no longer show."
            )
        return changes

    def _fail(self, load: FileLoad) -> None:
        load.report.message = load.problem
        for copy in load.copies:
            copy.status, copy.message = "failed", f"{copy.message} {load.problem}"
        self._record_failure(load.report, UnreadableFileError(load.problem, load.sample))

    def _record_failure(self, report: FileReport, error: UnreadableFileError) -> None:
        """Write a failed load, once, with the first line alone: the file itself is still there."""
        source = source_named(report.source) if report.source else None
        record = LoadRecord(
            load_id=uuid.uuid4(),
            load_number=self._ledger.next_load_number(),
            source=report.source,
            entity=source.entity if source else "",
            source_file=report.path,
            content_hash=report.content_hash,
            options=(self._options.for_source(source) if source else self._options).as_json(),
            bytes=report.bytes,
            rejected_rows=1 if error.sample else 0,
        )
        report.rejected_rows = record.rejected_rows
        if self._history.is_new_failure(record):
            self._ledger.fail(record, str(error), error.sample)
