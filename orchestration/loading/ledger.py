"""The load ledger ``raw.loads``: what was loaded, from which content, and whether it shows."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.settings import database, target

__all__ = ["Ledger", "LoadRecord", "content_hash"]

_CHUNK_BYTES = 1 << 20
_COLUMNS = (
    "load_id",
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
)


def content_hash(path: Path) -> str:
    """Return the BLAKE2b digest of a file's bytes.

    Arguments
    ---------
    path : Path
        The file; it is read in pieces of 1 MiB.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True)
class LoadRecord:
    """One load of one file, as its newest ledger row has it.

    Attributes
    ----------
    load_id : uuid.UUID
        Identity of the load; its rows carry it as ``_load_id``.
    source, entity, source_file, content_hash, options, status, message : str
        As documented on ``raw.loads``.
    bytes, loaded_rows, rejected_rows : int
        As documented on ``raw.loads``.
    """

    load_id: uuid.UUID
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

    def with_status(self, status: str, message: str = "", **changes: Any) -> "LoadRecord":
        """Return the record with another status."""
        return replace(self, status=status, message=message, **changes)


class Ledger:
    """Reads and writes ``raw.loads``.

    Arguments
    ---------
    client
        Client of the warehouse.
    """

    def __init__(self, client: Any):
        self._client = client
        self._table = f"{database('raw')}.loads"

    def records(self, *statuses: str) -> list[LoadRecord]:
        """Return the loads that have one of these statuses now.

        Arguments
        ---------
        statuses : str
            ``loading``, ``loaded``, ``failed``, ``removed``.

        Returns
        -------
        list of LoadRecord
            The newest row of each load, oldest load first.
        """
        rows = self._client.query(
            f"select {', '.join(_COLUMNS)} from {self._table} final "
            "where status in {statuses:Array(String)} order by recorded_at, load_id",
            parameters={"statuses": list(statuses)},
        ).result_rows
        return [LoadRecord(*row) for row in rows]

    def write(self, records: Iterable[LoadRecord]) -> None:
        """Append rows in one insert, so that they take effect together.

        Arguments
        ---------
        records : iterable of LoadRecord
            Loads with their new status.
        """
        now = datetime.now(UTC)
        rows = [(*(getattr(record, name) for name in _COLUMNS), now) for record in records]
        if rows:
            self._client.insert(
                "loads",
                rows,
                database=database("raw"),
                column_names=[*_COLUMNS, "recorded_at"],
            )

    def discard(self, records: Iterable[LoadRecord], message: str) -> None:
        """Mark loads that did not finish as failed, and drop the rows they left behind.

        The rows are invisible anyway. They are deleted where one process owns the directory; a
        shared server is left to its operators, as a delete there is a mutation on every replica.

        Arguments
        ---------
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
