"""``tokenhouse load``: log files into the raw tables."""

import json

import click

from orchestration.cli.steps import load_with_progress, print_load_report
from orchestration.errors import BadInputError
from orchestration.loading.generic_columns import CALL_COLUMNS, RUN_COLUMNS, GenericColumn
from orchestration.loading.sources import SOURCES

__all__ = ["load"]


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
    report = load_with_progress(paths, source=source, mapping=renamed, constants=fixed, force=force)
    if output_format == "json":
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
    else:
        print_load_report(report)
        if report.rejected_rows:
            many = "line is" if report.rejected_rows == 1 else "lines are"
            click.echo(
                f"Data issues so far: {report.rejected_rows:,} {many} quarantined; "
                "`tokenhouse build` counts the values that cannot be believed."
            )
    ctx.exit(report.exit_code)
