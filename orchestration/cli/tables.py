"""Print a summary: tables on a terminal, aligned plain text otherwise."""

import sys

import click

from orchestration.reporting.summary import Summary
from orchestration.reporting.tables import Table, plain_table

__all__ = ["print_summary", "print_table"]


def print_summary(summary: Summary) -> None:
    """Print a summary.

    Parameters
    ----------
    summary : Summary
        As :func:`orchestration.reporting.summary.summarize` returns it.
    """
    click.echo()
    width = max((len(name) for name, _ in summary.facts), default=0)
    for name, value in summary.facts:
        click.echo(f"{name:<{width}}  {value}")
    for table in summary.tables:
        print_table(table)
    if summary.advice:
        click.echo("\nNext steps:")
        for line in summary.advice:
            click.echo(f"  {line}")


def print_table(table: Table) -> None:
    """Print a table behind an empty line.

    Parameters
    ----------
    table : Table
        The table.
    """
    if sys.stdout.isatty():
        _print_rich(table)
    else:
        click.echo(f"\n{plain_table(table)}")


def _print_rich(table: Table) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable

    grid = RichTable(title=table.title, title_justify="left", title_style="bold")
    for name, is_number in zip(table.names, table.are_numbers, strict=True):
        grid.add_column(name, justify="right" if is_number else "left", no_wrap=is_number)
    for row in table.rows:
        grid.add_row(*row)
    console = Console(markup=False)
    console.print()
    console.print(grid)
