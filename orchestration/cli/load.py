"""``tokenhouse load``: log files into the raw tables."""

import contextlib
import json
from collections.abc import Callable, Iterator

import click

from orchestration.errors import BadInputError
from orchestration.loading.generic_columns import CALL_COLUMNS, RUN_COLUMNS, GenericColumn
from orchestration.loading.sources import SOURCES

__all__ = ["load", "print_report", "progress_shown"]

_FILES_PER_LINE = 100
_SHOWN_MESSAGES = 20


def _show_columns(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    for title, columns in (("generic_calls", CALL_COLUMNS), ("generic_runs", RUN_COLUMNS)):
        click.echo(f"{title}: columns that --map and --set can aim at")
        width = max(len(column.name) for column in columns)
        for column in columns:
            click.echo(f"  {column.name:<{width}}  {column.type:<9}  {_meaning(column, columns)}")
        click.echo()
    ctx.exit()


def _meaning(column: GenericColumn, columns: tuple[GenericColumn, ...]) -> str:
    if not column.requirement:
        return column.meaning
    others = [
        other.name
        for other in columns
        if other.requirement == column.requirement and other is not column
    ]
    return f"{column.meaning} Required{', or ' + ' or '.join(others) if others else ''}."


def _pairs(option: str, texts: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (equals and key):
            raise BadInputError(f"{option} {text} has no '='; write it as name=value.")
        if key in pairs:
            raise BadInputError(f"{option} gives {key} twice; keep one of them.")
        pairs[key] = value
    return pairs


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--source",
    type=click.Choice([source.name for source in SOURCES]),
    help="What the files are; found out from their first records by default.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="THEIRS=OURS",
    help="Rename a key or column of generic logs; usage.total reaches into nested JSON.",
)
@click.option(
    "--set",
    "constants",
    multiple=True,
    metavar="OURS=VALUE",
    help="Give every row of generic logs this value.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Load unchanged files too, in place of what the same files brought before.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to report: text, or one JSON object with every file.",
)
@click.option(
    "--columns",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_columns,
    help="List the columns of generic logs, and exit.",
)
@click.pass_context
def load(
    ctx: click.Context,
    /,
    *,
    paths: tuple[str, ...],
    source: str | None,
    mapping: tuple[str, ...],
    constants: tuple[str, ...],
    force: bool,
    output_format: str,
) -> None:
    """Load log files: .jsonl, .json, .csv (also .gz, .zst) and .parquet.

    PATH is a file, a directory with everything below it, or a quoted pattern. Files that are
    loaded already are skipped; a line that cannot be read goes to raw.rejected_lines, and the rest
    of its file is loaded.

    \b
    tokenhouse load ~/.claude/projects
    tokenhouse load "logs/**/*.jsonl.gz" --source unified_logs
    tokenhouse load trace.csv --map TIMESTAMP=called_at --map ContextTokens=input_tokens \\
                              --set model=gpt-4o
    tokenhouse load --columns                   what --map and --set can aim at
    """
    renamed, fixed = _pairs("--map", mapping), _pairs("--set", constants)

    from orchestration import loading

    with progress_shown() as progress:
        report = loading.load(
            paths,
            source=source,
            mapping=renamed,
            constants=fixed,
            force=force,
            progress=progress,
        )
    if output_format == "json":
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        print_report(report)
    ctx.exit(report.exit_code)


@contextlib.contextmanager
def progress_shown() -> Iterator[Callable]:
    """Show how far a load is on standard error: a bar on a terminal, else a line now and then.

    Yields
    ------
    callable
        To be called with each :class:`~orchestration.loading.LoadProgress`.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tell_now_and_then
        return
    columns = (TextColumn("Loading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[files]} files"), console=console) as bar:
        task = bar.add_task("load", total=None, files=0)
        yield lambda step: bar.update(
            task, total=step.bytes_total, completed=step.bytes_done, files=step.files_done
        )


def _tell_now_and_then(step) -> None:
    if step.files_done % _FILES_PER_LINE == 0 and step.files_done < step.files_total:
        click.echo(f"{step.files_done} of {step.files_total} files", err=True)


def print_report(report) -> None:
    """Print what a load did: counts on standard output, what needs attention on standard error.

    Arguments
    ---------
    report : orchestration.loading.LoadReport
        What a load returned.
    """
    counts = [
        f"{report.count(status)} {status}"
        for status in ("loaded", "unchanged", "empty", "skipped", "failed")
        if report.count(status) or status == "loaded"
    ]
    copies = sum(file.status == "unchanged" and bool(file.message) for file in report.files)
    if copies:
        counts.append(f"{copies} of the unchanged are copies of other files")
    click.echo(
        f"{len(report.files)} file{'' if len(report.files) == 1 else 's'}: {', '.join(counts)}; "
        f"{report.loaded_rows:,} rows, "
        f"{report.rejected_rows:,} rejected lines, {report.seconds:.1f} s."
    )
    if report.passed_over:
        click.echo(f"{report.passed_over} hidden files or files of other kinds passed over.")
    notable = [file for file in report.files if file.status in ("failed", "skipped")]
    for file in notable[:_SHOWN_MESSAGES]:
        click.echo(f"{file.status}: {file.message}", err=True)
    if len(notable) > _SHOWN_MESSAGES:
        more = len(notable) - _SHOWN_MESSAGES
        click.echo(f"… and {more} more (--format json lists all)", err=True)
    if report.rejected_rows:
        click.echo(
            "See the rejected lines: tokenhouse query "
            '"select _source_file, _line_number, reason, line_text from raw.rejected_lines '
            'order by _loaded_at desc limit 20"',
            err=True,
        )
