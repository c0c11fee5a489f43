"""``tokenhouse detect``: detect anomalies in series of a CSV file."""

import time
from functools import partial
from pathlib import Path

import click

from orchestration.cli.output import FORMULAS

__all__ = ["detect"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="OUT.csv",
    help="File for the scored rows; gzipped if it ends in .gz.",
)
@FORMULAS
def detect(file: Path, out: Path, formulas: bool) -> None:
    """Detect anomalies in series; each row is scored by the rows before it.

    FILE.csv (or .csv.gz) has the columns series, timestamp and value; without series, the file is
    one series. Steps may have any length, with gaps and repeated times; series may be interleaved.

    OUT.csv has one row per input row, in the same order: series, timestamp, anomaly_score (0 to 1),
    is_anomaly (1 if the score is above 0.5) and raw_score. There is one alert per episode: for half
    a day after it began, only a row with twice the evidence has an anomaly_score above 0. The
    raw_score is that of the row alone.

    \b
    tokenhouse detect daily_cost.csv --out scored.csv
    """
    from orchestration.anomalies.csv_files import detect_file
    from orchestration.exporting.cells import cell

    began = time.monotonic()
    report = detect_file(
        file,
        out,
        progress=lambda rows: click.echo(f"{rows:,} rows", err=True),
        named=partial(cell, formulas=formulas),
    )
    click.echo(
        f"{_counted(len(report.monitors), 'series', 'series')}, "
        f"{_counted(report.rows, 'row')}: {_counted(report.anomalies, 'anomaly', 'anomalies')} in "
        f"{_counted(report.episodes, 'episode')}, {time.monotonic() - began:.1f} s."
    )
    if report.missing:
        click.echo(f"{_counted(report.missing, 'row')} without a value, not scored.")


def _counted(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"
