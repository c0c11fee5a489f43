"""``tokenhouse forecast``: of a file, or of the warehouse's own daily series."""

import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from orchestration.cli.output import FORMULAS
from orchestration.cli.progress import progress_shown
from orchestration.errors import BadInputError

__all__ = ["forecast"]


class _Day(click.ParamType):
    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read an ISO date."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-01-31.", param, ctx)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--horizon", type=click.IntRange(1, 3650), help="Days to forecast.")
@click.option(
    "--season",
    type=click.IntRange(1, 400),
    default=7,
    show_default=True,
    help="Days after which the pattern repeats; 1 for none.",
)
@click.option(
    "--cutoff",
    "cutoffs",
    type=_Day(),
    multiple=True,
    metavar="DATE",
    help="Last known day; later rows are not used. Can be repeated. Default: each series' last.",
)
@click.option(
    "--missing",
    type=click.Choice(["auto", "zero", "interpolate"]),
    default="auto",
    show_default=True,
    help="How to fill a day without a row: with 0, by interpolation, or decided for each series.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="OUT.csv",
    help="File to write; gzipped if it ends in .gz.",
)
@FORMULAS
@click.option(
    "--warehouse",
    is_flag=True,
    help="Forecast the warehouse's daily costs, runs and tokens instead of a file.",
)
@click.pass_context
def forecast(
    ctx: click.Context,
    /,
    *,
    file: Path | None,
    horizon: int | None,
    season: int,
    cutoffs: tuple[date, ...],
    missing: str,
    out: Path | None,
    formulas: bool,
    warehouse: bool,
) -> None:
    """Forecast the daily series of a CSV file, with intervals of 80% and 95%.

    FILE has columns unique_id, ds and y, one row per series and day, in any order; without
    unique_id it is one series. Days may be missing. OUT.csv has one row per series, cutoff and day:
    unique_id, cutoff, ds, y_hat, lo_80, hi_80, lo_95, hi_95, expected. A day is as likely above
    y_hat, the median, as below; expected is the mean, which adds up to totals.

    \b
    tokenhouse forecast costs.csv --horizon 30 --out forecast.csv
    tokenhouse forecast visits.csv.gz --horizon 14 --cutoff 2026-01-31 --cutoff 2026-02-28 \\
                                      --out forecast.csv

    With --missing auto, a missing day is 0 in a series that comes close to 0 or has most of its
    days missing. It is interpolated in a series that stays away from 0, has negative values, or
    contains zeros.

    With --warehouse and no other option, every series of the warehouse is forecast for 30 days by
    the method that back-tests select, and the marts that use the forecasts are built.
    """
    if warehouse:
        given = [
            parameter.opts[0]
            for parameter in ctx.command.params
            if parameter.name != "warehouse"
            and ctx.get_parameter_source(parameter.name) is click.core.ParameterSource.COMMANDLINE
        ]
        if given:
            raise click.UsageError(f"--warehouse takes no other option; leave out {given[0]}.")
        from orchestration.cli.forecast_warehouse import forecast_warehouse

        ctx.exit(forecast_warehouse())
    if file is None or horizon is None or out is None:
        raise click.UsageError("Give FILE, --horizon and --out, or --warehouse alone.")
    _refuse_unwritable(out)
    if not file.is_file():
        raise BadInputError(f"There is no file {file}: give a CSV file with unique_id, ds and y.")
    started = time.monotonic()

    from orchestration.exporting.cells import cell
    from orchestration.forecasting.panel import forecast_panel
    from orchestration.forecasting.publishing.files import read_series

    series = read_series(file)
    with progress_shown("Forecasting", "forecasts") as progress:
        frame = forecast_panel(
            series.history, horizon, season, cutoffs or None, progress=progress, missing=missing
        )
    frame["unique_id"] = [cell(name, formulas=formulas) for name in frame["unique_id"]]
    columns = ["unique_id", "cutoff", "ds", "y_hat", "lo_80", "hi_80", "lo_95", "hi_95", "expected"]
    try:
        frame[columns].to_csv(out, index=False, date_format="%Y-%m-%d", float_format="%.10g")
    except OSError as error:
        raise BadInputError(
            f"Cannot write {out} ({error.strerror}): give --out a writable file."
        ) from error
    _print_summary(series, frame, cutoffs, out, time.monotonic() - started)


def _refuse_unwritable(out: Path) -> None:
    """Check this before the forecast, which may take minutes."""
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise BadInputError(
            f"Cannot write {out}: give --out the name of a file in a folder that exists."
        )


def _print_summary(
    series: Any, frame: Any, cutoffs: tuple[date, ...], out: Path, seconds: float
) -> None:
    each = frame.drop_duplicates(["unique_id", "cutoff"])
    n_series = series.history["unique_id"].nunique()
    days = f"{len(cutoffs)} cutoff{'s' if len(cutoffs) != 1 else ''}" if cutoffs else "its last day"
    click.echo(
        f"{n_series:,} series forecast from {days}: {len(frame):,} rows in {out}, {seconds:.1f} s."
    )
    used = Counter(fallback or "weighted median" for fallback in each["fallback"])
    click.echo("Methods: " + ", ".join(f"{name} {count:,}" for name, count in used.most_common()))
    if series.repeated:
        click.echo(f"Duplicate rows left out: {series.repeated:,}.", err=True)
    if series.without_value:
        click.echo(f"Rows without y, treated as missing: {series.without_value:,}.", err=True)
    expected = n_series * max(len(set(cutoffs)), 1)
    if len(each) < expected:
        click.echo(
            f"{expected - len(each):,} of {expected:,} pairs of series and cutoff have no day up "
            f"to the cutoff, and so no forecast.",
            err=True,
        )
