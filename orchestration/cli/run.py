"""``tokenhouse run``: load, build, show what was found."""

import click

from orchestration.cli.load import load
from orchestration.cli.steps import build_and_summarize

__all__ = ["run"]

_LOAD_OPTIONS = ("source", "mapping", "constants", "force")


@click.command(params=[option for option in load.params if option.name in _LOAD_OPTIONS])
@click.argument("paths", nargs=-1, metavar="[PATH…]")
@click.option("--full", is_flag=True, help="Build even when nothing is new since the last build.")
@click.option("--verbose", "-v", is_flag=True, help="Show dbt's own lines.")
@click.pass_context
def run(
    ctx: click.Context,
    /,
    *,
    paths: tuple[str, ...],
    full: bool,
    verbose: bool,
    **load_options,
) -> None:
    """Load logs, build the warehouse, and show what it found.

    PATH is what `tokenhouse load` takes; without one, the demo is made and used. What is loaded
    already is not loaded again, and without anything new nothing is built.

    \b
    tokenhouse run                              the demo
    tokenhouse run ~/.claude/projects
    tokenhouse run calls.csv --map ts=called_at --set model=gpt-4o
    """
    if not paths:
        from orchestration.cli.demo import demo

        ctx.invoke(demo, full=full, verbose=verbose)
        return
    failed_code = 0
    try:
        ctx.invoke(load, paths=paths, output_format="text", **load_options)
    except click.exceptions.Exit as end:
        # A file that fails does not keep the others from being built.
        failed_code = end.exit_code
    ctx.exit(build_and_summarize(full=full, verbose=verbose) or failed_code)
