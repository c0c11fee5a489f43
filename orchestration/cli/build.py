"""``tokenhouse build``: make and test the models, through the code that Dagster uses."""

import contextlib
import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.transformation.build import BuildReport, NodeResult

__all__ = ["build", "build_and_print"]

_NODES_PER_LINE = 25


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


def build_and_print(options: Any, *, verbose: bool = False) -> bool:
    """Build, show how far it is, and print what became of it.

    Arguments
    ---------
    options : orchestration.transformation.options.BuildOptions
        What to build.
    verbose : bool
        Whether to show dbt's lines instead of the progress.

    Returns
    -------
    bool
        Whether everything succeeded.
    """
    from orchestration.transformation.build import build as run_build

    with _lines_shown() if verbose else _progress_shown() as on_event:
        report = run_build(options, on_event)
    _print_report(report)
    return report.is_successful


@contextlib.contextmanager
def _lines_shown() -> Iterator[Callable[[dict[str, Any]], None]]:
    yield lambda event: click.echo(event["info"]["msg"], err=True)


@contextlib.contextmanager
def _progress_shown() -> Iterator[Callable[[dict[str, Any]], None]]:
    """Show nodes done and the node at work: a bar on a terminal, else a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from orchestration.transformation.events import node_step

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("Building"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("{task.fields[node]}"), console=console) as bar:
        task = bar.add_task("build", total=None, node="reading the project")

        def show(event: dict[str, Any]) -> None:
            step = node_step(event)
            if step is None:
                return
            if step.is_finished:
                bar.advance(task)
            else:
                bar.update(task, total=step.total, node=step.name)
            if step.is_failed:
                bar.console.print(f"failed: {step.name}", markup=False, highlight=False)

        yield show
        bar.update(task, node="")


class _Lines:
    """A line now and then, for logs and pipes."""

    def __init__(self):
        self._done = 0
        self._total = 0

    def __call__(self, event: dict[str, Any]) -> None:
        from orchestration.transformation.events import node_step

        step = node_step(event)
        if step is None:
            return
        self._total = step.total or self._total
        self._done += step.is_finished
        if step.is_failed:
            click.echo(f"failed: {step.name}", err=True)
        if step.is_finished and self._done % _NODES_PER_LINE == 0:
            click.echo(f"{self._done} of {self._total} models and tests", err=True)


def _print_report(report: "BuildReport") -> None:
    """Print counts on standard output, and what failed on standard error."""
    skipped = sum(node.status == "skipped" for node in report.nodes)
    warned = sum(node.status == "warn" for node in report.nodes)
    failed_tests = sum(node.is_test for node in report.failed)
    parts = [
        f"{report.count(tests=False, status='success')} models built",
        f"{report.count(tests=True, status='pass')} tests passed",
    ]
    if len(report.failed) > failed_tests:
        parts.append(f"{len(report.failed) - failed_tests} models failed")
    if failed_tests:
        parts.append(f"{failed_tests} tests failed")
    if warned:
        parts.append(f"{warned} warnings")
    if skipped:
        parts.append(f"{skipped} skipped because something before them failed")
    click.echo(f"{', '.join(parts)}; {report.seconds:.1f} s.")
    for message in report.errors:
        click.echo(message, err=True)
    for node in report.failed:
        _print_failure(node)


def _print_failure(node: "NodeResult") -> None:
    if not node.is_test:
        click.echo(f"\nfailed: {node.kind} {node.name}\n{node.message}", err=True)
        return
    rows = f": {node.failures} rows" if node.failures else ""
    click.echo(f"\nfailed: {node.kind.replace('_', ' ')} {node.name}{rows}", err=True)
    if node.kind == "test" and node.failures and node.sql_file:
        click.echo(f"see them: tokenhouse query - < {shlex.quote(node.sql_file)}", err=True)
    else:
        click.echo(node.message, err=True)
