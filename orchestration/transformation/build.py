"""A dbt build in a process of its own, followed event by event and entered in the build ledger."""

import json
import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.builds import BuildRecord, is_current, is_newest, record_build
from orchestration.transformation.dbt import command, environment, target_path
from orchestration.transformation.fingerprint import fingerprint
from orchestration.transformation.options import FROM_FORECASTS, BuildOptions
from orchestration.transformation.results import BuildReport, NodeResult, count_nodes, node_results
from orchestration.warehouse.client import connect
from orchestration.warehouse.locking import acquire, lock_timeout
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = [
    "FORECAST_MODELS",
    "OTHER_MODELS",
    "build",
    "is_rest_built",
    "is_up_to_date",
    "record",
    "state_to_build_from",
]

# The two parts of a build, with Dagster's forecasts between them; together they are everything.
OTHER_MODELS = BuildOptions(exclude=(FROM_FORECASTS,))
FORECAST_MODELS = BuildOptions(select=(FROM_FORECASTS,))

# An interrupted dbt cancels its queries and closes the database before it ends. On a terminal
# Ctrl-C reaches it by itself; a signal sent to this process alone does not.
_SECONDS_TO_STOP = 5
_NO_EVENT = "Line"
_LINES_KEPT = 10


def build(
    options: BuildOptions | None = None, on_event: Callable[[dict[str, Any]], None] | None = None
) -> BuildReport:
    """Run ``dbt build`` on the project and enter it in the build ledger.

    The data directory is not locked while dbt runs; one build at a time runs in a home.

    Parameters
    ----------
    options : BuildOptions, optional
        What to build; everything by default.
    on_event : callable, optional
        Called with each of dbt's structured log events.

    Returns
    -------
    BuildReport
        The result of every node. A node that fails does not raise.

    Raises
    ------
    BadInputError
        If an option cannot be used.
    WarehouseBusyError
        If another process builds in this home, or holds the data directory.
    WarehouseUnreachableError
        If the server does not answer.
    """
    options = options or BuildOptions()
    arguments = options.arguments()
    settings.database("raw")
    started_at, started = datetime.now(UTC), time.monotonic()
    lease = acquire(target_path() / "build", started + lock_timeout())
    try:
        built_from = state_to_build_from(options)
        report = _run(arguments, on_event)
        record(
            options,
            built_from=built_from,
            started_at=started_at,
            nodes=report.nodes,
            is_successful=report.is_successful,
        )
    finally:
        lease.release()
    report.seconds = time.monotonic() - started
    return report


def state_to_build_from(options: BuildOptions) -> str:
    """Return the fingerprint of the inputs of a build that starts now.

    Parameters
    ----------
    options : BuildOptions
        Options of the build.

    Returns
    -------
    str
        To be recorded when the build is done; files loaded meanwhile belong to the next build.
    """
    return _with_warehouse(lambda client: fingerprint(client, options))


def record(
    options: BuildOptions,
    *,
    built_from: str,
    started_at: datetime,
    nodes: list["NodeResult"],
    is_successful: bool,
    selection: str = "",
    is_last_part: bool = False,
) -> None:
    """Enter a finished build in the build ledger.

    Parameters
    ----------
    options : BuildOptions
        Options of the build.
    built_from : str
        As :func:`state_to_build_from` returned it.
    started_at : datetime
        With a time zone.
    nodes : list of NodeResult
        The result of every node.
    is_successful : bool
        Whether dbt succeeded.
    selection : str
        Any selection that is not in the options.
    is_last_part : bool
        Whether everything else was built before from the same inputs, so that all is built now.
    """
    entry = BuildRecord(
        fingerprint=built_from,
        selection=selection or options.selection,
        is_full=(options.is_full or is_last_part) and not selection,
        is_successful=is_successful,
        model_count=count_nodes(nodes, tests=False),
        test_count=count_nodes(nodes, tests=True),
        failed_count=sum(node.is_failed or node.status == "skipped" for node in nodes),
        started_at=started_at,
    )
    _with_warehouse(lambda client: record_build(client, entry))


def is_rest_built() -> bool:
    """Return whether the newest build made all models but those downstream of forecasts.

    Returns
    -------
    bool
        True if it did so from the current inputs: a build of :data:`FORECAST_MODELS` then completes
        the warehouse.
    """
    return _with_warehouse(
        lambda client: is_newest(
            client,
            fingerprint=fingerprint(client, OTHER_MODELS),
            selection=OTHER_MODELS.selection,
        )
    )


def is_up_to_date(options: BuildOptions | None = None) -> bool:
    """Return whether a full build would change nothing.

    Parameters
    ----------
    options : BuildOptions, optional
        Options of the build in question.

    Returns
    -------
    bool
        True if the last build was full, with the same project, target, vars and visible data.

    Raises
    ------
    WarehouseBusyError
        If another process holds the data directory.
    """
    options = options or BuildOptions()
    return _with_warehouse(lambda client: is_current(client, fingerprint(client, options)))


def _with_warehouse(ask: Callable[[Any], Any]) -> Any:
    """Open the warehouse for one question only, because dbt needs it next."""
    with connect() as client:
        ensure_raw_tables(client)
        return ask(client)


def _run(arguments: list[str], on_event: Callable[[dict[str, Any]], None] | None) -> BuildReport:
    report = BuildReport()
    other_lines: deque[str] = deque(maxlen=_LINES_KEPT)
    (target_path() / "run_results.json").unlink(missing_ok=True)
    process = subprocess.Popen(
        [*command(), "--no-use-colors", "--log-format", "json", *arguments],
        cwd=settings.project_dir(),
        env=os.environ | environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for event in _events(process):
            if event["info"]["level"] == "error" and not event["data"].get("node_info"):
                report.errors.append(event["info"]["msg"].strip())
            if event["info"]["name"] == _NO_EVENT:
                other_lines.append(event["info"]["msg"])
            if on_event:
                on_event(event)
    finally:
        report.exit_code = _ended(process)
    report.nodes = node_results(target_path())
    if report.exit_code and not report.nodes and not report.errors:
        said = "\n".join(line for line in other_lines if line) or "It said nothing."
        raise UserError(
            f"dbt ended with exit code {report.exit_code} before it built anything. {said}"
        )
    return report


def _events(process: subprocess.Popen) -> Iterator[dict[str, Any]]:
    """Yield dbt's events; a line that is none becomes one, so that nothing it says is lost."""
    for line in process.stdout or ():
        try:
            yield json.loads(line)
        except ValueError:
            yield {"info": {"name": _NO_EVENT, "level": "info", "msg": line.rstrip()}, "data": {}}


def _ended(process: subprocess.Popen) -> int:
    """Wait for dbt's end; where this process is leaving early, help it along."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(_SECONDS_TO_STOP)
    process.terminate()
    return process.wait()
