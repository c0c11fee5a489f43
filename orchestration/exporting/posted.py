"""An export that was asked for over HTTP: written from the snapshot, in a process of its own.

python -m orchestration.exporting.posted   reads the request from standard input, writes the answer
"""

import json
import sys
from datetime import date
from typing import Any

from orchestration.errors import BadInputError, UserError
from orchestration.exporting import FORMATS, Series, export
from orchestration.exporting.ledger import keep
from orchestration.warehouse.embedded import open_embedded
from orchestration.warehouse.snapshots import reader_clone

__all__ = ["answer"]


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Write the export, and return document E's answer.

    Parameters
    ----------
    asked : dict
        Document E's body. Days and metrics choose from a series; the other types are of the whole
        dashboard.

    Raises
    ------
    BadInputError
        If a day is none, or the format cannot hold the type.
    UserError
        If nothing was built yet.
    """
    name = "html" if asked["format"] == "report" else asked["format"]
    kind = asked["exportType"]
    series = Series()
    if kind == "timeseries":
        series = Series(
            start=_day(asked.get("startDate", "")),
            end=_day(asked.get("endDate", "")),
            metrics=tuple(asked.get("includedMetrics", ())),
        )
    with reader_clone() as found:
        if found is None:
            raise UserError("Nothing to read yet: run `tokenhouse run`.")
        session = open_embedded(found[1])
        try:
            made = export(session.client, name, kind, series)
        finally:
            session.close()
    entry = keep(
        made,
        f"{'report' if name == 'html' else 'analytics'}.{FORMATS[name]}",
        export_format=name,
        export_type=kind,
        series=series,
    )
    return {
        "success": True,
        "exportId": entry.export_id,
        "downloadUrl": f"/api/analytics/download/{entry.export_id}",
        "fileName": entry.file_name,
        "fileSize": entry.file_bytes,
        "expiresAt": entry.expires_at,
    }


def _day(text: str) -> date | None:
    """Return the day of a day or a moment in ISO 8601."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadInputError(f"{text!r} is no day: write it as 2026-06-30.") from error


def main() -> int:
    """Answer standard input on standard output; the exit code is that of the error."""
    try:
        said, code = answer(json.load(sys.stdin)), 0
    except UserError as error:
        said, code = {"error": str(error)}, error.exit_code
    print(json.dumps(said))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
