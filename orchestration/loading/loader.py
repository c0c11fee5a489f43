"""Loads files into the raw tables in batches: each content once, each file all or nothing."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from orchestration.errors import UserError
from orchestration.loading.detect import Head, UnknownSourceError, find_source, read_head
from orchestration.loading.discover import LogFile
from orchestration.loading.ledger import Ledger, LoadRecord, content_hash
from orchestration.loading.options import LoadOptions
from orchestration.loading.reader import Reader, UnreadableFileError, reading
from orchestration.loading.report import FileReport
from orchestration.loading.rows import rows_of, sql_text
from orchestration.loading.sources import Source, source_named
from orchestration.settings import database

__all__ = ["Loader"]

# In the order of the selects below, and under the same names: a server matches them by name.
_LOG_COLUMNS = ("record", "_run_key", "_line_number", "_source_file", "_load_id", "_loaded_at")
_REJECTED_COLUMNS = (
    "source",
    "entity",
    "_line_number",
    "reason",
    "line_text",
    "_source_file",
    "_load_id",
    "_loaded_at",
)
_MAX_REJECTED_BYTES = 64 * 1024
# Line numbers are counted along one thread; small blocks keep memory flat on large files.
_SELECT_SETTINGS = (
    "settings max_threads = 1, min_insert_block_size_rows = 200000, "
    "min_insert_block_size_bytes = 67108864, storage_file_read_method = 'pread'"
)
# A batch is one statement: ClickHouse takes 256 KiB of SQL, and an interrupted batch is repeated.
_BATCH_SQL_CHARS = 64 * 1024
_BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class _Prepared:
    """A file that was read through and counted, ready to insert."""

    file: LogFile
    report: FileReport
    record: LoadRecord
    rows: str

    def under_new_load(self) -> "_Prepared":
        """Return the same file under a fresh load id."""
        return replace(self, record=replace(self.record, load_id=uuid.uuid4()))


class Loader:
    """Loads files in batches through one open reader.

    Statements for each of many small files would take longer than reading them, so a batch shares
    its statements. Each file still succeeds or fails alone.
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
        self._failed = {_attempt(record) for record in self._ledger.records("failed")}
        self._batch: list[_Prepared] = []
        self._own_loads: set[uuid.UUID] = set()

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
        except UnreadableFileError as error:
            # A directory of logs may hold other files; a named one was meant.
            is_other = isinstance(error, UnknownSourceError) and not file.is_named
            report.status, report.message = "skipped" if is_other else "failed", str(error)
            if not is_other:
                self._record_failure(report, error)
        else:
            if prepared:
                self._batch.append(prepared)
        return report

    @property
    def is_full(self) -> bool:
        """Whether the batch is worth flushing."""
        return (
            sum(prepared.record.bytes for prepared in self._batch) >= _BATCH_BYTES
            or sum(len(prepared.rows) for prepared in self._batch) >= _BATCH_SQL_CHARS
        )

    def flush(self) -> None:
        """Insert the batch, and make its files visible."""
        groups: dict[str, list[_Prepared]] = defaultdict(list)
        for prepared in self._batch:
            groups[prepared.record.entity].append(prepared)
        self._batch = []
        for group in groups.values():
            self._show(self._insert(group))
        self._reader.clear()

    def _insert(self, group: list[_Prepared]) -> list[_Prepared]:
        """Insert files of one raw table together, and return those that succeeded."""
        records = [prepared.record for prepared in group]
        self._ledger.write(records)
        try:
            # The error of one file is its own; among several it is only known that there is one.
            with reading(group[0].file):
                self._insert_rows(group, "", _LOG_COLUMNS, _log_rows)
                bad = [prepared for prepared in group if prepared.record.rejected_rows]
                self._insert_rows(bad, "rejected_lines", _REJECTED_COLUMNS, _rejected_rows)
        except UserError as error:
            if len(group) == 1:
                self._ledger.discard(records, str(error))
                group[0].report.message = str(error)
                return []
            self._ledger.discard(records, "loaded together with a file that failed")
            again = [prepared.under_new_load() for prepared in group]
            return [loaded for prepared in again for loaded in self._insert([prepared])]
        return group

    def _insert_rows(
        self,
        group: list[_Prepared],
        table: str,
        columns: tuple[str, ...],
        select: Callable[[LoadRecord, str], str],
    ) -> None:
        """Insert selects of several files at once: a part for each would be slow to write."""
        if not group:
            return
        selects = " union all ".join(select(each.record, each.rows) for each in group)
        self._reader.insert(
            f"{database('raw')}.{table or group[0].record.entity}",
            columns,
            f"select * from ({selects}) {_SELECT_SETTINGS}",
        )

    def _show(self, group: list[_Prepared]) -> None:
        """Make loaded files visible, and hide what they replace, by one insert."""
        changes: dict[uuid.UUID, LoadRecord] = {}
        for prepared in group:
            record, report = prepared.record, prepared.report
            report.status = "loaded"
            report.loaded_rows, report.rejected_rows = record.loaded_rows, record.rejected_rows
            for old in self._replaced(record) if self._force else ():
                changes[old.load_id] = old.with_status("removed", "replaced by a forced load")
            changes[record.load_id] = record.with_status("loaded")
            self._own_loads.add(record.load_id)
        self._ledger.write(changes.values())
        for record in changes.values():
            same = self._loaded[record.content_hash]
            same[:] = [old for old in same if old.load_id != record.load_id]
            if record.status == "loaded":
                same.append(record)

    def _prepare(self, file: LogFile, report: FileReport) -> _Prepared | None:
        report.content_hash = digest = content_hash(file.path)
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
            raise self._without_good_line(record, rows)
        report.status = "empty"
        return None

    def _same_content(self, digest: str) -> LoadRecord | None:
        """Return what makes loading this content needless: a load before, or in this batch."""
        before = [
            record
            for record in self._loaded[digest]
            if not self._force or record.load_id in self._own_loads
        ]
        for record in [*before, *(prepared.record for prepared in self._batch)]:
            if record.content_hash != digest:
                continue
            source = source_named(record.source)
            if self._asked not in (None, source):
                continue
            if record.options == self._options.for_source(source).as_json():
                return record
        return None

    def _replaced(self, record: LoadRecord) -> list[LoadRecord]:
        return [
            old
            for olds in self._loaded.values()
            for old in olds
            if old.source_file == record.source_file or old.content_hash == record.content_hash
        ]

    def _without_good_line(self, record: LoadRecord, rows: str) -> UnreadableFileError:
        ((reason, text),) = self._reader.select(
            f"select reason, text from ({rows}) order by number limit 1 {_SELECT_SETTINGS}",
            column_formats={"text": "bytes"},
        )
        return UnreadableFileError(
            f"{record.source_file} has no line that can be loaded as {record.source} "
            f"({record.rejected_rows} lines; the first: {reason}).",
            text,
        )

    def _record_failure(self, report: FileReport, error: UnreadableFileError) -> None:
        """Write a failed load, once, with the first line alone: the file itself is still there."""
        source = source_named(report.source) if report.source else None
        record = LoadRecord(
            load_id=uuid.uuid4(),
            source=report.source,
            entity=source.entity if source else "",
            source_file=report.path,
            content_hash=report.content_hash,
            options=(self._options.for_source(source) if source else self._options).as_json(),
            bytes=report.bytes,
            rejected_rows=1 if error.sample else 0,
        )
        report.rejected_rows = record.rejected_rows
        if not record.content_hash or _attempt(record) in self._failed:
            return
        self._failed.add(_attempt(record))
        if error.sample:
            line = (
                f"select 1 as number, {sql_text(str(error))} as reason, "
                f"unhex('{error.sample[: _MAX_REJECTED_BYTES + 1].hex()}') as text"
            )
            self._reader.insert(
                f"{database('raw')}.rejected_lines", _REJECTED_COLUMNS, _rejected_rows(record, line)
            )
        self._ledger.write([record.with_status("failed", str(error))])


def _attempt(record: LoadRecord) -> tuple[str, ...]:
    """Return what makes two failed loads the same attempt."""
    return record.source_file, record.content_hash, record.source, record.options


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
    return (
        "select record, run_key as _run_key, number as _line_number, "
        f"{_load_columns(record)} from ({rows}) where reason = ''"
    )


def _rejected_rows(record: LoadRecord, rows: str) -> str:
    cut = f"concat(why, ' (text cut at {_MAX_REJECTED_BYTES // 1024} KiB)')"
    return (
        f"select {sql_text(record.source)} as source, {sql_text(record.entity)} as entity, "
        f"number as _line_number, if(length(text) > {_MAX_REJECTED_BYTES}, {cut}, why) as reason, "
        f"substring(text, 1, {_MAX_REJECTED_BYTES}) as line_text, {_load_columns(record)} "
        f"from (select number, reason as why, text from ({rows})) where why != ''"
    )


def _load_columns(record: LoadRecord) -> str:
    return (
        f"{sql_text(record.source_file)} as _source_file, "
        f"toUUID('{record.load_id}') as _load_id, now64(3, 'UTC') as _loaded_at"
    )
