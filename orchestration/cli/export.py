"""``tokenhouse export``: the dashboard as a file."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.cli.output import FORMULAS, replacing
from orchestration.errors import BadInputError

if TYPE_CHECKING:
    from orchestration.exporting import Export, Series

__all__ = ["export"]

_FORMATS = ("json", "csv", "parquet", "xlsx", "focus", "html")
_BINARY = ("parquet", "xlsx")
_TYPES = (
    "complete",
    "overview",
    "timeseries",
    "model_comparison",
    "insights_summary",
    "insights_report",
    "chat",
)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--format",
    "export_format",
    type=click.Choice(_FORMATS),
    help="By default that of the name of --output, else json.",
)
@click.option(
    "--type", "export_type", type=click.Choice(_TYPES), default="complete", show_default=True
)
@click.option("--start", type=_DAY, metavar="DAY", help="First day of a series, or of bills.")
@click.option("--end", type=_DAY, metavar="DAY", help="Last day of a series, or of bills.")
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
    help="Write to a file instead of standard output, and list it in marts.mart_exports.",
)
@FORMULAS
def export(
    *,
    export_format: str | None,
    export_type: str,
    start: datetime | None,
    end: datetime | None,
    scope: str,
    metrics: str,
    output: Path | None,
    formulas: bool,
) -> None:
    """Write the dashboard: its figures, projects, models and daily series.

    json and csv are document C's, xlsx is a workbook, html the page as a report, focus the bills in
    the FinOps Open Cost and Usage Specification (CSV), parquet one table.

    \b
    tokenhouse export                                        all of it, as one JSON document
    tokenhouse export --format xlsx --output dashboard.xlsx  a sheet a table
    tokenhouse export --type timeseries --scope project:shop --metrics cost_usd,run_count
    tokenhouse export --type insights_report                 what to do, with trends and savings
    tokenhouse export --type chat                            quality, tone, experiments of a chat
    tokenhouse export --format focus --start 2026-06-01 --end 2026-06-30 --output june.csv
    """
    from orchestration import exporting
    from orchestration.warehouse.reading import connect_to_read

    export_format = export_format or _format_of(output)
    if export_format in _BINARY and output is None and sys.stdout.isatty():
        raise BadInputError(f"{export_format} is a binary format: add --output FILE.")
    series = exporting.Series(
        start=start.date() if start else None,
        end=end.date() if end else None,
        scope=scope,
        metrics=tuple(name.strip() for name in metrics.split(",") if name.strip()),
    )
    with connect_to_read() as reading:
        made = exporting.export(
            reading.client, export_format, export_type, series, formulas=formulas
        )
        if reading.note:
            click.echo(reading.note, err=True)
    if output is None:
        sys.stdout.buffer.write(made.content)
        sys.stdout.buffer.flush()
        return
    with replacing(output) as file:
        file.write(made.content)
    _list(made, output.name, export_format, export_type, series, is_free=not reading.note)


def _format_of(output: Path | None) -> str:
    """Return the format that the name of a file says, else JSON."""
    ending = output.suffix.removeprefix(".").lower() if output else ""
    return ending if ending in _FORMATS else "json"


def _list(
    made: "Export",
    file_name: str,
    export_format: str,
    export_type: str,
    series: "Series",
    *,
    is_free: bool,
) -> None:
    """Keep the export, and load what lists it if nobody else has the warehouse."""
    from orchestration import journal
    from orchestration.exporting.ledger import keep, waiting
    from orchestration.loading import load
    from orchestration.loading.journal_entries import load_entries

    entry = keep(
        made, file_name, export_format=export_format, export_type=export_type, series=series
    )
    facts = {
        "file": file_name,
        "bytes": entry.file_bytes,
        export_format: f"/api/analytics/download/{entry.export_id}",
    }
    journal.write(
        [
            journal.Entry(
                asset=["exports", "dashboard"],
                by="tokenhouse export",
                rows=entry.row_count,
                version=journal.new_version(),
                facts=facts,
            )
        ]
    )
    if is_free:
        journal.write(load_entries(load([waiting()], source="exports"), "tokenhouse export"))
    click.echo(
        f"Wrote {file_name}: {entry.row_count:,} rows, {entry.file_bytes:,} bytes. "
        f"`tokenhouse serve` gives it out until {entry.expires_at[:10]}: "
        f"/api/analytics/download/{entry.export_id}",
        err=True,
    )
