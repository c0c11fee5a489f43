"""The load ledger ``raw.loads``: what was loaded, from which content, and whether it shows."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from orchestration.loading.limits import REJECTED_TEXT_BYTES
from orchestration.loading.sql import sql_text
from orchestration.settings import database, target

__all__ = ["Ledger", "LoadRecord"]

_COLUMNS = (
    "load_id",
    "load_number",
    "source",
    "entity",
    "source_file",
    "content_hash",
    "options",
    "bytes",
    "loaded_rows",
    "rejected_rows",
    "status",
    "message",
    "modified_at",
)
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LoadRecord:
    """One load of one file, as its newest ledger row has it.

    Attributes
    ----------
    load_id : uuid.UUID
        Identity of the load; its rows carry it as ``_load_id``.
    load_number : int
        Place of the load among all, which is the order in which they count; its rows carry it as
        ``_load_number``.
    source, entity, source_file, content_hash, options, status, message : str
        As documented on ``raw.loads``.
    modified_at : datetime
        As documented on ``raw.loads``.
    bytes, loaded_rows, rejected_rows, change_number : int
        As documented on ``raw.loads``.
    """

    load_id: uuid.UUID
    load_number: int
    source: str
    entity: str
    source_file: str
    content_hash: str
    options: str
    bytes: int
    loaded_rows: int = 0
    rejected_rows: int = 0
    status: str = "loading"
    message: str = ""
    modified_at: datetime = _UNKNOWN
    change_number: int = 0

    def with_status(self, status: str, message: str = "", **changes: Any) -> "LoadRecord":
        """Return the record with another status."""
        return replace(self, status=status, message=message, **changes)


class Ledger:
    """Reads and writes ``raw.loads``.

    What holds is what was written last, by a counter: clocks may step back.

    Parameters
    ----------
    client
        Client of the warehouse.
    """

    def __init__(self, client: Any):
        self._client = client
        self._table = f"{database('raw')}.loads"
        ((self._changes, self._loads),) = client.query(
            f"select max(change_number), max(load_number) from {self._table}"
        ).result_rows

    def next_load_number(self) -> int:
        """Return the number of a load that begins now."""
        self._loads += 1
        return self._loads

    def records(self, *statuses: str) -> list[LoadRecord]:
        """Return the loads that have one of these statuses now.

        Parameters
        ----------
        statuses : str
            ``loading``, ``loaded``, ``failed``, ``removed``.

        Returns
        -------
        list of LoadRecord
            The newest row of each load, oldest load first.
        """
        # Rows of versions without the counter are told apart by their time.
        rows = self._client.query(
            f"select {', '.join(_COLUMNS)}, change_number from (select * from {self._table} "
            "order by change_number desc, recorded_at desc limit 1 by load_id) "
            "where status in {statuses:Array(String)} order by change_number, recorded_at",
            parameters={"statuses": list(statuses)},
        ).result_rows
        return [LoadRecord(*row) for row in rows]

    def write(self, records: Iterable[LoadRecord]) -> None:
        """Append rows in one insert, so that they take effect together.

        Parameters
        ----------
        records : iterable of LoadRecord
            Loads with their new status.
        """
        lines = []
        for record in records:
            self._changes = max(self._changes, record.change_number) + 1
            row = {name: getattr(record, name) for name in _COLUMNS}
            row |= {"change_number": self._changes, "recorded_at": _now()}
            lines.append(json.dumps(row, default=str))
        if lines:
            # The client's own insert would import pandas, which costs more than a small load.
            self._client.raw_insert(
                self._table, insert_block="\n".join(lines).encode(), fmt="JSONEachRow"
            )

    def fail(self, record: LoadRecord, reason: str, sample: bytes) -> None:
        """Write a load that failed, with the line that shows why.

        Parameters
        ----------
        record : LoadRecord
            The load.
        reason : str
            Why it failed.
        sample : bytes
            The line; nothing is written of an empty one.
        """
        if sample:
            cut = f" (text cut at {REJECTED_TEXT_BYTES >> 10} KiB)"
            row = {
                "source": sql_text(record.source),
                "entity": sql_text(record.entity),
                "_line_number": "1",
                "reason": sql_text(reason + cut * (len(sample) > REJECTED_TEXT_BYTES)),
                "line_text": f"unhex('{sample[:REJECTED_TEXT_BYTES].hex()}')",
                "_source_file": sql_text(record.source_file),
                "_load_id": f"toUUID('{record.load_id}')",
                "_loaded_at": f"toDateTime64('{_now()}', 3, 'UTC')",
            }
            self._client.command(
                f"insert into {database('raw')}.rejected_lines ({', '.join(row)}) "
                f"select {', '.join(row.values())}"
            )
        self.write([record.with_status("failed", reason)])

    def discard(self, records: Iterable[LoadRecord], message: str) -> None:
        """Mark loads that did not finish as failed, and drop the rows they left behind.

        The rows are invisible anyway. They are deleted where one process owns the directory; a
        shared server is left to its operators, as a delete there is a mutation on every replica.

        Parameters
        ----------
        records : iterable of LoadRecord
            Unfinished loads.
        message : str
            Why they failed.
        """
        records = list(records)
        if not records:
            return
        if target() == "embedded":
            load_ids = [record.load_id for record in records]
            for table in {record.entity for record in records} | {"rejected_lines"}:
                self._client.command(
                    f"delete from {database('raw')}.{table} "
                    "where _load_id in {load_ids:Array(UUID)}",
                    parameters={"load_ids": load_ids},
                )
        self.write(
            record.with_status("failed", message, loaded_rows=0, rejected_rows=0)
            for record in records
        )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
