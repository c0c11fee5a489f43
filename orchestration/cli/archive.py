"""``tokenhouse archive``: move log files of old runs to another directory."""

import json
from datetime import datetime
from pathlib import Path

import click

__all__ = ["archive"]


@click.command()
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Runs that started before this UTC day are old. Default: six months before the as-of "
    "date, as in marts.v_archivable_runs.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIRECTORY",
    help="Move the files below this directory, each with its whole path. Without it they are only "
    "listed.",
)
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
def archive(before: datetime | None, folder: Path | None, output_format: str) -> None:
    """List or move the log files whose every run is old and has ended.

    The warehouse keeps what it loaded from them: no mart changes, neither now nor in a full
    refresh, and loading the directory they went to changes nothing. A file that was written to
    since it was loaded stays, and so does one with a newer run, or with anything that is no run.

    \b
    tokenhouse archive                                       which files are old
    tokenhouse archive --before 2026-01-01 --to /srv/old_logs
    """
    from orchestration.loading.archive import move_files, old_files

    day, files = old_files(before.date() if before else None)
    moved = move_files(files, folder) if folder else []
    if output_format == "json":
        rows = [
            {
                "path": str(file.path),
                "bytes": file.bytes,
                "runs": file.runs,
                "last_started_at": file.last_started_at.isoformat(),
                "moved_to": str(moved[place]) if folder else None,
            }
            for place, file in enumerate(files)
        ]
        document = {"before": str(day), "files": rows}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for path in moved or [file.path for file in files]:
        click.echo(path)
    size = sum(file.bytes for file in files)
    runs = sum(file.runs for file in files)
    what = f"{len(files):,} files, {size:,} bytes, of {runs:,} runs before {day}"
    if folder:
        click.echo(f"Moved {what}. The warehouse keeps what it loaded from them.", err=True)
    elif files:
        click.echo(f"{what}. --to DIRECTORY moves them.", err=True)
    else:
        click.echo(f"No file holds only runs that started before {day} and have ended.", err=True)
