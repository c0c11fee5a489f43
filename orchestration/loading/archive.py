"""Log files of old runs alone: find them, and move them to another directory.

The warehouse keeps what it loaded from them, so no mart changes, neither in the next build nor in a
full refresh.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.loading.ledger import Ledger, LoadRecord
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import declared_tables

__all__ = ["OldFile", "move_files", "old_files"]

# Runs are known by their source and key; of equal keys of two sources both have to be old.
_OLD_FILES = """
    select _source_file, count() as run_count, max(runs.last_started_at) as last_started_at
    from ({keys}) as keys
    left join (
        select
            substring(run_id, position(run_id, ':') + 1) as run_key,
            max(started_at) as last_started_at,
            min(is_completed and started_at < toDateTime64({{before:Date}}, 3, 'UTC')) as is_old
        from {runs}
        group by run_key
    ) as runs on keys._run_key = runs.run_key
    group by _source_file
    having min(runs.is_old) = 1
    order by _source_file
"""
_KEYS = "select distinct _source_file, _run_key from {table} where _load_id in ({visible})"
_VISIBLE = """
    select load_id from {loads}
    group by load_id having argMax(status, (change_number, recorded_at)) = 'loaded'
"""

# The ledger keeps milliseconds.
_CLOCK_SECONDS = 0.002


@dataclass(frozen=True)
class OldFile:
    """A log file whose every run is old and over.

    Attributes
    ----------
    path : Path
        Where it was loaded from, and still is.
    bytes, runs : int
        Its size, and the runs in it.
    last_started_at : datetime.datetime
        When the last of them started.
    """

    path: Path
    bytes: int
    runs: int
    last_started_at: datetime


def old_files(before: date | None = None) -> tuple[date, list[OldFile]]:
    """Return the log files that hold old runs alone.

    Parameters
    ----------
    before : datetime.date, optional
        A run is old that started before this UTC day and has ended. By default the months of the
        var ``archive_after_months`` before the as-of date, as in ``marts.v_archivable_runs``.

    Returns
    -------
    tuple of datetime.date and list of OldFile
        That day, and the files as they were loaded: not those that were written to since, are gone,
        or hold something that is no run, such as reports.

    Raises
    ------
    BadInputError
        If nothing is built yet.
    """
    raw, intermediate = settings.database("raw"), settings.database("intermediate")
    with connect() as client:
        if not client.command(f"exists table `{intermediate}`.int_as_of"):
            raise BadInputError("No run is known yet: run `tokenhouse build` first.")
        day = before or _usual_day(client, f"`{intermediate}`.int_as_of")
        visible = _VISIBLE.format(loads=f"`{raw}`.loads")
        keys = " union all ".join(
            _KEYS.format(table=f"`{table.database}`.{table.name}", visible=visible)
            for table in declared_tables()
            if "_run_key" in dict(table.columns)
        )
        query = _OLD_FILES.format(keys=keys, runs=f"`{intermediate}`.int_runs")
        rows = client.query(query, parameters={"before": day}).result_rows
        loads = {record.source_file: record for record in Ledger(client).records("loaded")}
    return day, [
        OldFile(Path(name), loads[name].bytes, runs, last_started_at)
        for name, runs, last_started_at in rows
        if name in loads and _is_as_loaded(Path(name), loads[name])
    ]


def move_files(files: Sequence[OldFile], folder: Path) -> list[Path]:
    """Move files below a directory, each with its whole path.

    Parameters
    ----------
    files : sequence of OldFile
        What to move.
    folder : Path
        Where to; it is made.

    Returns
    -------
    list of Path
        Where they are now.

    Raises
    ------
    BadInputError
        If a file cannot be moved, or one of the name is there; those before it have been moved.
    """
    moved = []
    for file in files:
        target = folder.expanduser().resolve() / file.path.relative_to(file.path.anchor)
        if target.exists():
            raise BadInputError(f"{target} is there already; nothing more was moved.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file.path, target)
        except OSError as error:
            raise BadInputError(
                f"Cannot move {file.path} to {target} ({error.strerror}); nothing more was moved."
            ) from error
        moved.append(target)
    return moved


def _usual_day(client: Any, table: str) -> date:
    months = int(settings.project_vars()["archive_after_months"])
    [(day,)] = client.query(
        f"select addMonths(as_of_date, -toInt32({months})) from {table}"
    ).result_rows
    return day


def _is_as_loaded(path: Path, load: LoadRecord) -> bool:
    """Tell whether a file is what was loaded: what was added since is not in the warehouse."""
    try:
        written_at = path.stat().st_mtime
    except OSError:
        return False
    loaded = load.modified_at.replace(tzinfo=UTC).timestamp()
    return abs(written_at - loaded) < _CLOCK_SECONDS
