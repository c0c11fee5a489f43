"""``tokenhouse run``: load, build, print a summary."""

from typing import Any

import click

from orchestration.cli.found import asked_for_logs
from orchestration.cli.load import load
from orchestration.cli.steps import build_and_summarize
from orchestration.errors import BadInputError

__all__ = ["run"]

_LOAD_OPTIONS = ("source", "mapping", "constants", "force")


@click.command(params=[option for option in load.params if option.name in _LOAD_OPTIONS])
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@click.option(
    "--found",
    is_flag=True,
    help="Look where coding agents keep their logs, say what is there, and load it after a yes.",
)
@click.option("--yes", "-y", is_flag=True, help="With --found: load without asking.")
@click.option("--full", is_flag=True, help="Build even if nothing is new since the last build.")
@click.option("--verbose", "-v", is_flag=True, help="Show dbt's own lines.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    *,
    paths: tuple[str, ...],
    found: bool,
    yes: bool,
    full: bool,
    verbose: bool,
    **load_options: Any,
) -> None:
    """Load logs, build the warehouse, and print a summary.

    PATH is a path as for `tokenhouse load`; without one, the demo is generated and used. Files that
    are already loaded are skipped, and if nothing is new, nothing is built.

    \b
    tokenhouse run                              the demo
    tokenhouse run --found                      what coding agents logged on this machine
    tokenhouse run ~/.claude/projects
    tokenhouse run calls.csv --map ts=called_at --set model=gpt-4o
    """
    if found or yes:
        if paths or not found:
            raise BadInputError("--found takes no PATH, and --yes goes with --found.")
        paths = asked_for_logs(is_agreed=yes)
        if not paths:
            return
    if not paths:
        from orchestration.cli.demo import demo

        ctx.invoke(demo, full=full, verbose=verbose)
        return
    from orchestration.transformation.ahead import begin_if_touched, starting_ahead
    from orchestration.transformation.options import BuildOptions
    from orchestration.warehouse.client import staying_open

    failed_code = 0
    with starting_ahead(BuildOptions()), staying_open() as stay:
        begin_if_touched(paths)
        try:
            ctx.invoke(load, paths=paths, output_format="text", **load_options)
        except click.exceptions.Exit as end:
            # If one file fails, the others are still built.
            failed_code = end.exit_code
        exit_code = build_and_summarize(stay, full=full, verbose=verbose)
    ctx.exit(exit_code or failed_code)
