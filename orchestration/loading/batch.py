"""Files of one source on their way into its raw table, by one statement for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orchestration.errors import UserError
from orchestration.loading.engine import Engine
from orchestration.loading.file_load import FileLoad
from orchestration.loading.json_documents import Splitter
from orchestration.loading.json_repair import repaired
from orchestration.loading.limits import PIECE_BYTES, REJECTED_TEXT_BYTES
from orchestration.loading.options import LoadOptions
from orchestration.loading.records import Piece
from orchestration.loading.rows import NOT_JSON, rows_of
from orchestration.loading.sources import Source
from orchestration.loading.sql import sql_array, sql_text
from orchestration.loading.staging import StagedPieces
from orchestration.loading.times import DateSigns, settled
from orchestration.settings import database

__all__ = ["Batch", "create_tables"]

# A line is known by its file in the batch and by its number in the file, in one number.
_LINE_BITS = 40
_FILE = f"toUInt32(bitShiftRight(number, {_LINE_BITS}))"
_LINE = f"bitAnd(number, {(1 << _LINE_BITS) - 1})"
# What was judged, and the lines of it that were judged once more.
_TABLES = {
    "judged": (
        "number UInt64, record String, run_key String, reason LowCardinality(String), text String, "
        "date_signs UInt8, is_repaired Bool"
    ),
    "repaired_lines": "number UInt64",
}
_IN_SMALL_BLOCKS = (
    f"settings max_threads = 2, input_format_max_block_size_bytes = {PIECE_BYTES}, "
    "min_insert_block_size_rows = 0, min_insert_block_size_bytes = 0, "
    "storage_file_read_method = 'pread'"
)
_AMBIGUOUS = (
    "day and month can be read in two orders, and no row of the file settles it; load it with "
    "--set date_order=day_first or month_first"
)
_IS_OPEN = f"bitAnd(date_signs, {DateSigns.EITHER:d}) != 0"
_WITH_ORDER = 'concat(substring(record, 1, length(record) - 1), \',"date_order":"month_first"}\')'


def create_tables(engine: Engine) -> None:
    """Create the temporary tables that batches need, once for an engine.

    Parameters
    ----------
    engine : Engine
        What judges the lines.
    """
    for name, columns in _TABLES.items():
        engine.run(f"create temporary table {name} ({columns}) engine = Memory")


class Batch:
    """Files of one source, loaded with the same options.

    Parameters
    ----------
    engine : Engine
        What reads and inserts them.
    source : Source
        Where their records come from.
    options : LoadOptions
        What is renamed and added.

    Attributes
    ----------
    loads : list of FileLoad
        The files, in the order in which they were begun.
    """

    def __init__(self, engine: Engine, source: Source, options: LoadOptions):
        self._engine = engine
        self._source = source
        self._options = options
        self._pieces = StagedPieces()
        self._begin = 0
        self.loads: list[FileLoad] = []

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return self._pieces.size

    @property
    def name_chars(self) -> int:
        """Characters of the names of its files."""
        return sum(len(load.record.source_file) for load in self.loads)

    def begin(self, load: FileLoad) -> None:
        """Add a file; what is added from here on belongs to it."""
        self.loads.append(load)
        self._begin = self.size

    def add(self, piece: Piece) -> None:
        """Add records of the file that was begun last."""
        self._pieces.add((len(self.loads) << _LINE_BITS) + piece.number, piece)

    def drop_last(self) -> None:
        """Forget the file that was begun last."""
        self._pieces.cut(self._begin)
        self.loads.pop()

    def clear(self) -> None:
        """Forget what was added."""
        self._pieces.cut(0)
        self.loads, self._begin = [], 0

    def close(self) -> None:
        """Let go of what waits."""
        self._pieces.close()

    def judge(self) -> None:
        """Find out which lines are records, and count them into their files."""
        for name in _TABLES:
            self._engine.run(f"truncate table {name}")
        self._stage(is_repaired=False)
        self._repair()
        self._settle_dates()
        counted = self._engine.select(
            f"select {_FILE} as file, countIf(why = ''), countIf(why != '') "
            f"from ({self._verdicts()}) group by file"
        )
        for file, good, bad in counted:
            load = self.loads[file - 1]
            if bad and not (good or load.has_rows):
                self._note_problem(load, file, bad)
                continue
            load.record = replace(
                load.record,
                loaded_rows=load.record.loaded_rows + good,
                rejected_rows=load.record.rejected_rows + bad,
            )

    def insert(self) -> None:
        """Insert the records of files that have any, and the lines that were rejected in them."""
        numbers = [n for n, load in enumerate(self.loads, start=1) if load.has_rows]
        if not numbers:
            return
        wanted = f"({self._verdicts()}) where {_FILE} in ({', '.join(map(str, numbers))})"
        records = [load.record for load in self.loads]
        ids = sql_array([str(record.load_id) for record in records])
        load_numbers = ", ".join(str(record.load_number) for record in records)
        origin = {
            "_line_number": _LINE,
            "_source_file": f"{sql_array([record.source_file for record in records])}[{_FILE}]",
            "_load_id": f"toUUID({ids}[{_FILE}])",
            "_loaded_at": "now64(3, 'UTC')",
        }
        columns = {
            "record": "record",
            "_run_key": "run_key",
            "_load_number": f"toUInt64([{load_numbers}][{_FILE}])",
            **origin,
        }
        self._insert(self._source.entity, columns, f"{wanted} and why = ''")
        if any(record.rejected_rows for record in records):
            kept = REJECTED_TEXT_BYTES
            cut = f"concat(why, ' (text cut at {kept >> 10} KiB)')"
            columns = {
                "source": sql_text(self._source.name),
                "entity": sql_text(self._source.entity),
                "reason": f"if(length(text) > {kept}, {cut}, why)",
                "line_text": f"substring(text, 1, {kept})",
                **origin,
            }
            self._insert("rejected_lines", columns, f"{wanted} and why != ''")

    def _insert(self, table: str, columns: Mapping[str, str], source: str) -> None:
        # A server matches the columns by name.
        expressions = ", ".join(f"{value} as {name}" for name, value in columns.items())
        [(prepared,)] = self._engine.select(f"select count() from {source}")
        inserted = self._engine.insert(
            f"{database('raw')}.{table}", list(columns), f"select {expressions} from {source}"
        )
        if inserted is not None and inserted != prepared:
            raise UserError(
                f"Of {prepared:,} rows that were prepared for {table}, {inserted:,} were stored: "
                "nothing of them shows; load the same files again."
            )

    def _verdicts(self) -> str:
        """Return the select of all lines with the last word on them."""
        orders = f"{sql_array([load.date_order or '' for load in self.loads])}[{_FILE}]"
        return (
            "select number, run_key, text, "
            f"if({_IS_OPEN} and {orders} = 'month_first', {_WITH_ORDER}, record) as record, "
            f"if(reason = '' and {_IS_OPEN} and {orders} = '', {sql_text(_AMBIGUOUS)}, reason) "
            f"as why from judged where is_repaired or reason != '{NOT_JSON}' "
            "or number not in (select number from repaired_lines)"
        )

    def _stage(self, *, is_repaired: bool) -> None:
        """Judge what was written, and add it to what was judged."""
        runs = f"{sql_array([load.file_run for load in self.loads])}[{_FILE}]"
        rows = rows_of(self._pieces.lines(), self._source, self._options, runs)
        self._engine.run(
            "insert into judged select number, record, run_key, why, text, date_signs, "
            f"{is_repaired} from ({rows}) {_IN_SMALL_BLOCKS}"
        )

    def _repair(self) -> None:
        """Judge lines once more that are JSON but for what Python or a broken element adds."""
        broken = self._engine.select(
            f"select number, text from judged where reason = '{NOT_JSON}'",
            column_formats={"text": "bytes"},
        )
        chances = [(number, text, self._second_chance(text)) for number, text in broken]
        numbers = [number for number, _, pieces in chances if pieces]
        if not numbers:
            return
        self._pieces.cut(0)
        for number, text, pieces in chances:
            for piece in pieces:
                self._pieces.add(number, piece, original=text if len(pieces) == 1 else b"")
        self._engine.run(
            f"insert into repaired_lines select arrayJoin([{', '.join(map(str, numbers))}])"
        )
        self._stage(is_repaired=True)

    def _second_chance(self, text: bytes) -> Sequence[Piece]:
        """Return what can be read instead of a line; nothing where there is no hope."""
        changed = repaired(text)
        if self._source.held_at:
            splitter = Splitter(self._source.held_at)
            elements = [*splitter.feed(changed), *splitter.finish()]
            if len(elements) > 1:
                return [Piece(0, element.text, reason=element.reason) for element in elements]
        return [Piece(0, changed)] if changed != text else []

    def _settle_dates(self) -> None:
        """Find out in which order files write day and month, by the days beyond the twelfth."""
        if not self._source.is_generic:
            return
        found = self._engine.select(
            f"select {_FILE} as file, groupBitOr(date_signs) from judged group by file"
        )
        for file, signs in found:
            load = self.loads[file - 1]
            if load.date_order is None:
                load.date_order = settled(DateSigns(signs))

    def _note_problem(self, load: FileLoad, file: int, count: int) -> None:
        ((reason, text),) = self._engine.select(
            f"select why, text from ({self._verdicts()}) where {_FILE} = {file} "
            "order by number limit 1",
            column_formats={"text": "bytes"},
        )
        lines = f"{count} lines" if load.is_complete else f"{count} lines at its beginning"
        load.problem = (
            f"{load.record.source_file} has no line that can be loaded as {self._source.name} "
            f"({lines}; the first: {reason})."
        )
        load.sample = text
