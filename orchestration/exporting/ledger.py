"""Exports that were written to files: kept for downloads, and listed for the warehouse.

The file and its entry lie in ``<home>/exports/<id>``. The entry is left in the landing directory,
too: what is loaded from there is ``raw.exports``, and with the next build ``mart_exports``.
"""

import hashlib
import json
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration import settings
from orchestration.exporting.series import Export, Series
from orchestration.loading.landing import landing_directory

__all__ = ["Entry", "ExpiredError", "find", "keep", "waiting"]

_ENTRY = "export.json"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ExpiredError(Exception):
    """The time to download an export is over."""


@dataclass(frozen=True)
class Entry:
    """What is known of an export; moments are ISO 8601, UTC, and days that were not chosen empty.

    Attributes
    ----------
    export_id : str
        Its identity.
    format, export_type, scope : str
        As they were asked for.
    start_date, end_date : str
        Of the series.
    included_metrics : list of str
        Metrics that were asked for.
    file_name : str
        Name of the file.
    file_bytes, row_count : int
        Its size, and the rows of its tables.
    sha256 : str
        Digest of its bytes.
    created_at, expires_at : str
        When it was written, and until when it can be downloaded.
    """

    export_id: str
    format: str
    export_type: str
    scope: str
    start_date: str
    end_date: str
    included_metrics: list[str]
    file_name: str
    file_bytes: int
    row_count: int
    sha256: str
    created_at: str
    expires_at: str

    def is_expired(self, now: datetime) -> bool:
        """Return whether the download is over at a moment."""
        return datetime.fromisoformat(self.expires_at) <= now


def keep(
    made: Export,
    file_name: str,
    *,
    export_format: str,
    export_type: str,
    series: Series,
    now: datetime | None = None,
) -> Entry:
    """Keep an export for downloads, list it, and remove the files of those that have expired.

    Parameters
    ----------
    made : Export
        The export.
    file_name : str
        Name of its file.
    export_format, export_type, series
        What was asked for.
    now : datetime, optional
        By default the clock's.

    Returns
    -------
    Entry
        What is listed.
    """
    now = now or datetime.now(UTC)
    days = timedelta(days=settings.project_vars()["export_days"])
    entry = Entry(
        export_id=str(uuid.uuid4()),
        format=export_format,
        export_type=export_type,
        scope=series.scope,
        start_date=series.start.isoformat() if series.start else "",
        end_date=series.end.isoformat() if series.end else "",
        included_metrics=list(series.metrics),
        file_name=file_name,
        file_bytes=len(made.content),
        row_count=made.row_count,
        sha256=hashlib.sha256(made.content).hexdigest(),
        created_at=now.isoformat(timespec="milliseconds"),
        expires_at=(now + days).isoformat(timespec="milliseconds"),
    )
    folder = _folder(entry.export_id)
    folder.mkdir(parents=True)
    (folder / entry.file_name).write_bytes(made.content)
    text = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
    (folder / _ENTRY).write_text(text, encoding="utf-8")
    waiting().mkdir(parents=True, exist_ok=True)
    (waiting() / f"{entry.export_id}.json").write_text(text, encoding="utf-8")
    _remove_expired(now)
    return entry


def find(export_id: str, now: datetime | None = None) -> tuple[Entry, Path] | None:
    """Return an export and its file; None where there is none of this id, or its file is gone.

    Parameters
    ----------
    export_id : str
        Its identity, from whoever asks.
    now : datetime, optional
        By default the clock's.

    Raises
    ------
    ExpiredError
        If it can no longer be downloaded.
    """
    if not _ID.fullmatch(export_id):
        return None
    folder = _folder(export_id)
    if not (folder / _ENTRY).is_file():
        return None
    entry = _read(folder)
    if entry.is_expired(now or datetime.now(UTC)):
        raise ExpiredError(f"The download of {entry.file_name} ended on {entry.expires_at[:10]}.")
    path = folder / entry.file_name
    return (entry, path) if path.is_file() else None


def waiting() -> Path:
    """Return the folder of the entries that were left for loading."""
    return landing_directory() / "exports"


def _folder(export_id: str) -> Path:
    return settings.home() / "exports" / export_id


def _read(folder: Path) -> Entry:
    return Entry(**json.loads((folder / _ENTRY).read_text(encoding="utf-8")))


def _remove_expired(now: datetime) -> None:
    """Remove files whose download is over; their entries stay, and say so."""
    for path in (settings.home() / "exports").glob(f"*/{_ENTRY}"):
        entry = _read(path.parent)
        if entry.is_expired(now):
            (path.parent / entry.file_name).unlink(missing_ok=True)
