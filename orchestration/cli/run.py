"""``tokenhouse run``: load, build, show what was found."""

import click

from orchestration.cli.load import load

__all__ = ["finish", "run"]

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
    ctx.exit(finish(full=full, verbose=verbose) or failed_code)


def finish(*, full: bool, verbose: bool) -> int:
    """Build if anything is new, then print the summary.

    Arguments
    ---------
    full : bool
        Whether to build in any case.
    verbose : bool
        Whether to show dbt's lines.

    Returns
    -------
    int
        The exit code: 1 when a model or test failed.
    """
    from orchestration.cli.build import build_and_print
    from orchestration.cli.tables import print_summary
    from orchestration.summary import summarize
    from orchestration.transformation.build import is_up_to_date
    from orchestration.transformation.options import BuildOptions
    from orchestration.warehouse.client import connect

    options = BuildOptions()
    is_successful = True
    if not full and is_up_to_date(options):
        click.echo("Nothing is new since the last build, so nothing was built (--full builds).")
    else:
        is_successful = build_and_print(options, verbose=verbose)
    with connect() as client:
        summary = summarize(client)
    print_summary(summary)
    return 0 if is_successful else 1
