"""Ask a started process for a build, and follow it event by event."""

import json
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from orchestration.errors import UserError
from orchestration.transformation.dbt import target_path
from orchestration.transformation.events import BUILD_RECORDED, NOTE, SUMMARIZED
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.request import Request
from orchestration.transformation.results import RUN_RESULTS, BuildReport, node_results
from orchestration.transformation.starting import Builder

__all__ = ["follow"]

# An interrupted dbt cancels its queries and closes the database before it ends. On a terminal
# Ctrl-C reaches it by itself; a signal sent to this process alone does not.
_SECONDS_TO_STOP = 5
_NO_EVENT = "Line"
_LINES_KEPT = 10


def follow(
    builder: Builder,
    *,
    options: BuildOptions,
    built_from: str,
    started_at: datetime,
    on_event: Callable[[dict[str, Any]], None] | None,
    is_summarized: bool = False,
) -> BuildReport:
    """Let a process build, and follow it.

    Parameters
    ----------
    builder : Builder
        The process.
    options : BuildOptions
        What to build; the process was started with its vars.
    built_from : str
        Fingerprint of the inputs.
    started_at : datetime
        With a time zone.
    on_event : callable, optional
        Called with each of dbt's structured log events.
    is_summarized : bool
        Whether the report is to have a summary.

    Returns
    -------
    BuildReport
        The result of every node.

    Raises
    ------
    UserError
        If dbt ended before it built anything.
    """
    report = BuildReport()
    other_lines: deque[str] = deque(maxlen=_LINES_KEPT)
    request = Request(
        arguments=options.arguments(),
        code=builder.code,
        built_from=built_from,
        started_at=started_at.isoformat(),
        selection=options.selection,
        is_full=options.is_full,
        is_planned=options.is_planned,
        is_summarized=is_summarized,
    )
    (target_path() / RUN_RESULTS).unlink(missing_ok=True)
    try:
        _ask(builder.process, request)
        for event in _events(builder.process):
            name, message = event["info"]["name"], event["info"]["msg"]
            if name == SUMMARIZED:
                report.summary = message
                continue
            if event["info"]["level"] == "error" and not event["data"].get("node_info"):
                report.errors.append(message.strip())
            if name == _NO_EVENT:
                other_lines.append(message)
            if name == NOTE:
                report.notes.append(message)
            report.is_recorded |= name == BUILD_RECORDED
            if on_event:
                on_event(event)
    finally:
        report.exit_code = _ended(builder.process)
    report.nodes = node_results(target_path())
    if report.exit_code and not report.nodes and not report.errors:
        said = "\n".join(line for line in other_lines if line) or "It said nothing."
        raise UserError(
            f"dbt ended with exit code {report.exit_code} before it built anything. {said}"
        )
    return report


def _ask(process: subprocess.Popen, request: Request) -> None:
    # One that has ended by itself has said why.
    if process.stdin:
        with suppress(BrokenPipeError), process.stdin as asked:
            asked.write(f"{request}\n")


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
