"""What ``tokenhouse run --found`` shows and asks before anything is read."""

import os
from pathlib import Path

import click

from orchestration.loading.found import PLACES, FoundLogs, find_logs

__all__ = ["asked_for_logs"]

_KIBI = 1024


def asked_for_logs(*, is_agreed: bool) -> tuple[str, ...]:
    """Say which logs lie on this machine, and return those that the user agrees to load.

    Parameters
    ----------
    is_agreed : bool
        Whether the user has said yes already.

    Returns
    -------
    tuple of str
        Paths to load; none if there are no logs, or the answer is no.
    """
    logs = find_logs(os.environ, Path.home())
    if not logs:
        tools = ", ".join(place.tool for place in PLACES)
        click.echo(f"No logs were found of {tools}. tokenhouse run PATH… loads from elsewhere.")
        return ()
    _show(logs)
    if not is_agreed and not click.confirm("Load them? Nothing has been read yet."):
        click.echo("Nothing was loaded.")
        return ()
    return tuple(str(path) for found in logs for path in found.paths)


def _show(logs: list[FoundLogs]) -> None:
    rows = [("Tool", "Folder", "Files", "Size", "Last change (UTC)")]
    rows += [
        (
            found.tool,
            str(found.folder),
            f"{found.file_count:,}",
            _size(found.bytes),
            f"{found.changed_at:%Y-%m-%d %H:%M}",
        )
        for found in logs
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for tool, folder, files, size, changed in rows:
        click.echo(
            f"{tool:<{widths[0]}}  {folder:<{widths[1]}}  {files:>{widths[2]}}  "
            f"{size:>{widths[3]}}  {changed}"
        )


def _size(count: int) -> str:
    """Return a count of bytes as people read it."""
    value, units = float(count), ["B", "KiB", "MiB", "GiB"]
    while value >= _KIBI and len(units) > 1:
        value, units = value / _KIBI, units[1:]
    return f"{value:,.1f} {units[0]}" if units[0] != "B" else f"{count} B"
