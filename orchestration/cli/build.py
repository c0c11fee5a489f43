"""``tokenhouse build``: make and test the models, through the code that Dagster uses."""

import click

from orchestration.cli.steps import build_and_print

__all__ = ["build"]


@click.command()
@click.option(
    "--select", "-s", multiple=True, metavar="NODES", help="Build these only (dbt's selectors)."
)
@click.option("--exclude", multiple=True, metavar="NODES", help="Leave these out.")
@click.option("--full-refresh", is_flag=True, help="Make incremental models anew.")
@click.option("--unit-tests", is_flag=True, help="Test the models on made-up rows, too.")
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
    full_refresh: bool,
    unit_tests: bool,
    variables: str,
    verbose: bool,
    dbt_arguments: tuple[str, ...],
) -> None:
    """Build the models and run their tests (dbt build), whether or not anything is new.

    Exits with 0 when every model was built and every test passed, with 1 when one was not.

    \b
    tokenhouse build
    tokenhouse build --select marts.cost            one folder
    tokenhouse build --select int_runs+             a model and all that stands on it
    tokenhouse build --full-refresh --vars '{model_date_suffix: ""}'
    tokenhouse build --unit-tests                   after changing models
    tokenhouse build -- --threads 1 --fail-fast     whatever else dbt build takes
    """
    from orchestration.transformation.options import BuildOptions

    options = BuildOptions(
        select=select,
        exclude=exclude,
        full_refresh=full_refresh,
        unit_tests=unit_tests,
        variables=variables,
        extra=dbt_arguments,
    )
    ctx.exit(0 if build_and_print(options, verbose=verbose) else 1)
