"""``tokenhouse report``: the page as one file."""

from pathlib import Path

import click

__all__ = ["report"]


@click.command()
@click.option(
    "--period",
    "--days",
    "period",
    type=click.Choice(["7", "30", "90", "month", "all"]),
    default="30",
    show_default=True,
    help="Days, the month or all; it ends with the last complete day of the data.",
)
@click.option(
    "--scope",
    default="",
    metavar="KIND:NAME",
    help="Only what is of it, such as project:shop or model:gpt-4o.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
    metavar="FILE",
    help="File to write.",
)
def report(*, period: str, scope: str, output: Path) -> None:
    """Write the page as one HTML file: no server, no script, no request to anybody.

    It opens from the disk, in mail previews and on paper.

    \b
    tokenhouse report
    tokenhouse report --period month --output month.html
    tokenhouse report --scope project:shop
    """
    from orchestration import journal
    from orchestration.errors import BadInputError
    from orchestration.serving.page.report import choice_of_scope, write_report

    choice = choice_of_scope(period, scope)
    try:
        note = write_report(choice, output)
    except OSError as error:
        raise BadInputError(
            f"Cannot write {output} ({error.strerror}): give --output a file in a writable folder."
        ) from error
    if note:
        click.echo(note, err=True)
    facts = {"file": output.name, "bytes": output.stat().st_size, "period": period, "scope": scope}
    journal.write(
        [
            journal.Entry(
                asset=["exports", "report"],
                by="tokenhouse report",
                version=journal.new_version(),
                facts=facts,
            )
        ]
    )
    click.echo(f"Wrote {output}.")
