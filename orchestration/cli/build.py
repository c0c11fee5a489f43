"""``tokenhouse build``: make and test the models, through the code that Dagster uses."""

import click

from orchestration.cli.steps import build_and_print

__all__ = ["build"]


class _SeveralPerOption(click.Command):
    """A command that takes ``--select a b`` as dbt does, for ``--select a --select b``."""

    _options = ("--select", "-s", "--exclude")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option before each of its values."""
        ours, dashes, others = args, [], []
        if "--" in args:
            place = args.index("--")
            ours, dashes, others = args[:place], ["--"], args[place + 1 :]
        repeated: list[str] = []
        option, is_first = "", False
        for argument in ours:
            if argument.startswith("-"):
                name, equals, _ = argument.partition("=")
                option, is_first = (name if name in self._options else ""), not equals
                repeated.append(argument)
            else:
                repeated += [argument] if is_first or not option else [option, argument]
                is_first = False
        return super().parse_args(ctx, [*repeated, *dashes, *others])


@click.command(cls=_SeveralPerOption)
@click.option(
    "--select", "-s", multiple=True, metavar="NODES", help="Build only these (dbt selectors)."
)
@click.option("--exclude", multiple=True, metavar="NODES", help="Leave these out (dbt selectors).")
@click.option("--all", "everything", is_flag=True, help="Also build what is current.")
@click.option("--full-refresh", is_flag=True, help="Rebuild incremental models from scratch.")
@click.option("--unit-tests", is_flag=True, help="Also run dbt's unit tests, on made-up rows.")
@click.option(
    "--vars", "variables", default="", metavar="YAML", help="Override vars of dbt_project.yml."
)
@click.option("--verbose", "-v", is_flag=True, help="Show dbt's own lines.")
@click.argument("dbt_arguments", nargs=-1, metavar="[-- DBT ARGUMENTS…]")
@click.pass_context
def build(
    ctx: click.Context,
    /,
    *,
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    everything: bool,
    full_refresh: bool,
    unit_tests: bool,
    variables: str,
    verbose: bool,
    dbt_arguments: tuple[str, ...],
) -> None:
    """Build the models that are not current, and run their tests (dbt build).

    What was built before from the same code and the same data is left out, unless --all or a
    selection asks for it. Exits with 0 if every model was built and every test passed, else with 1.

    \b
    tokenhouse build
    tokenhouse build --select marts.cost            one folder, with only its tests
    tokenhouse build --select int_runs+             a model and everything downstream
    tokenhouse build --full-refresh --vars '{calibrated_min_runs: 8}'
    tokenhouse build --unit-tests                   after changing models
    tokenhouse build -- --threads 1 --fail-fast     any other option of dbt build
    """
    from orchestration.transformation.options import BuildOptions

    if dbt_arguments and not dbt_arguments[0].startswith("-"):
        raise click.UsageError(f"Name what to build with --select {' '.join(dbt_arguments)}.")
    options = BuildOptions(
        select=select,
        exclude=exclude,
        everything=everything,
        full_refresh=full_refresh,
        unit_tests=unit_tests,
        variables=variables,
        extra=dbt_arguments,
    )
    ctx.exit(0 if build_and_print(options, verbose=verbose) else 1)
