"""Start the process that builds, and follow it event by event."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.dbt import check_installed, environment, target_path
from orchestration.transformation.fingerprint import shared_code
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.results import BuildReport, node_results
from orchestration.transformation.worker import Request

__all__ = ["follow"]

# An interrupted dbt cancels its queries and closes the database before it ends. On a terminal
# Ctrl-C reaches it by itself; a signal sent to this process alone does not.
_SECONDS_TO_STOP = 5
_NO_EVENT = "Line"
_LINES_KEPT = 10


def follow(
    options: BuildOptions,
    arguments: list[str],
    on_event: Callable[[dict[str, Any]], None] | None,
) -> BuildReport:
    """Build in a process of its own.

    Parameters
    ----------
    options : BuildOptions
        What to build.
    arguments : list of str
        The same as arguments of dbt.
    on_event : callable, optional
        Called with each of dbt's structured log events.

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
    check_installed()
    (target_path() / "run_results.json").unlink(missing_ok=True)
    request = Request(
        arguments=arguments,
        code=shared_code(options),
        variables=options.variables_argument,
        is_planned=options.is_planned,
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.transformation.worker", str(request)],
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
