"""A dbt build in a process of its own, followed event by event and entered in the build ledger."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from orchestration.transformation import builds
from orchestration.transformation.ahead import taken
from orchestration.transformation.dbt import target_path
from orchestration.transformation.fingerprint import fingerprint
from orchestration.transformation.following import follow
from orchestration.transformation.options import FROM_FORECASTS, BuildOptions
from orchestration.transformation.results import BuildReport, NodeResult
from orchestration.transformation.starting import start
from orchestration.warehouse.client import connect
from orchestration.warehouse.locking import BUILD_LOCK, acquire, lock_timeout
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


def build(
    options: BuildOptions | None = None,
    on_event: Callable[[dict[str, Any]], None] | None = None,
    *,
    built_from: str = "",
    is_summarized: bool = False,
) -> BuildReport:
    """Run ``dbt build`` on the project and enter it in the build ledger.

    The data directory is not locked while dbt runs; one build at a time runs in a home.

    Parameters
    ----------
    options : BuildOptions, optional
        What to build; everything by default.
    on_event : callable, optional
        Called with each of dbt's structured log events.
    built_from : str
        As :func:`state_to_build_from` returned it a moment ago; empty to ask for it.
    is_summarized : bool
        Whether the report is to have a summary of the marts.

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
    started_at, started = datetime.now(UTC), time.monotonic()
    lease = acquire(target_path() / BUILD_LOCK, started + lock_timeout())
    try:
        built_from = built_from or state_to_build_from(options)
        report = follow(
            taken(options) or start(options),
            built_from=built_from,
            started_at=started_at,
            options=options,
            on_event=on_event,
            is_summarized=is_summarized,
        )
        if not report.is_recorded:
            # The process ended before that.
            report.notes += record(
                options,
                built_from=built_from,
                started_at=started_at,
                nodes=report.nodes,
                is_successful=False,
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
) -> list[str]:
    """Enter a finished build in the build ledger; a successful one becomes what readers see.

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

    Returns
    -------
    list of str
        What is not as readers expect it, one sentence each.
    """
    entry = builds.build_record(
        nodes,
        built_from=built_from,
        started_at=started_at,
        selection=selection or options.selection,
        is_full=(options.is_full or is_last_part) and not selection,
        is_successful=is_successful,
    )
    _with_warehouse(lambda client: builds.record_build(client, entry))
    return builds.publish_build() if is_successful else []


def is_rest_built() -> bool:
    """Return whether the newest build made all models but those downstream of forecasts.

    Returns
    -------
    bool
        True if it did so from the current inputs: a build of :data:`FORECAST_MODELS` then completes
        the warehouse.
    """
    return _with_warehouse(
        lambda client: builds.is_newest(
            client,
            fingerprint=fingerprint(client, OTHER_MODELS),
            selection=OTHER_MODELS.selection,
        )
    )


def is_up_to_date(options: BuildOptions, built_from: str) -> bool:
    """Return whether a full build would change nothing.

    Parameters
    ----------
    options : BuildOptions
        Options of the build in question.
    built_from : str
        As :func:`state_to_build_from` returned it.

    Returns
    -------
    bool
        True if the last build was full, with the same project, target, vars and visible data.
        Never where tables of others are read in place.

    Raises
    ------
    WarehouseBusyError
        If another process holds the data directory.
    """
    return not options.reads_in_place and _with_warehouse(
        lambda client: builds.is_current(client, built_from)
    )


def _with_warehouse(ask: Callable[[Any], Any]) -> Any:
    """Open the warehouse for one question only, unless it is open: dbt needs it next."""
    with connect() as client:
        ensure_raw_tables(client)
        return ask(client)
