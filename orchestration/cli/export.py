"""``tokenhouse export``: the dashboard as a file."""

import sys
from datetime import datetime
from pathlib import Path

import click

from orchestration.cli.output import replacing
from orchestration.errors import BadInputError

__all__ = ["export"]

_FORMATS = ("json", "csv", "parquet")
_TYPES = ("complete", "overview", "timeseries", "model_comparison")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--format", "export_format", type=click.Choice(_FORMATS), default="json", show_default=True
)
@click.option(
    "--type", "export_type", type=click.Choice(_TYPES), default="complete", show_default=True
)
@click.option("--start", type=_DAY, metavar="DAY", help="First day of a series.")
@click.option("--end", type=_DAY, metavar="DAY", help="Last day of a series.")
@click.option(
    "--scope",
    default="total",
    show_default=True,
    help="What a series is of, such as project:shop or model:gpt-4o.",
)
@click.option(
    "--metrics", default="", metavar="A,B", help="Columns of mart_daily_metrics in a series."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to a file instead of standard output.",
)
@click.option(
    "--formulas",
    is_flag=True,
    help="Leave texts of CSV that begin with = + - @ as they are; without it they get an "
    "apostrophe, so that no spreadsheet runs them.",
)
def export(
    *,
    export_format: str,
    export_type: str,
    start: datetime | None,
    end: datetime | None,
    scope: str,
    metrics: str,
    output: Path | None,
    formulas: bool,
) -> None:
    """Write the dashboard: its figures, projects, models and daily series.

    \b
    tokenhouse export                                        all of it, as one JSON document
    tokenhouse export --format csv --output dashboard.csv    in three sections
    tokenhouse export --type timeseries --scope project:shop --metrics cost_usd,run_count
    """
    from orchestration import exporting
    from orchestration.warehouse.reading import connect_to_read

    if export_format == "parquet" and output is None and sys.stdout.isatty():
        raise BadInputError("Parquet is a binary format: add --output FILE.")
    series = exporting.Series(
        start=start.date() if start else None,
        end=end.date() if end else None,
        scope=scope,
        metrics=tuple(name.strip() for name in metrics.split(",") if name.strip()),
    )
    with connect_to_read() as reading:
        content = exporting.export(
            reading.client, export_format, export_type, series, formulas=formulas
        )
        if reading.note:
            click.echo(reading.note, err=True)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    with replacing(output) as file:
        file.write(content)
