"""``tokenhouse forecast --warehouse``: the warehouse's own series."""

import click

from orchestration.cli.progress import progress_shown
from orchestration.cli.steps import build_and_print

__all__ = ["forecast_warehouse"]


def forecast_warehouse() -> int:
    """Forecast, print the selected methods, and build the marts that use the forecasts.

    Returns
    -------
    int
        Exit code: 1 if a model or test failed, or a metric's method was worse than naive.
    """
    from orchestration import journal
    from orchestration.forecasting.publishing.publish import publish, publish_entries
    from orchestration.transformation.build import FORECAST_MODELS

    with progress_shown("Forecasting", "back-test forecasts") as show:
        published = publish(
            progress=lambda metric, done, total: show(
                done, total, note=f"{metric}: {done:,} of {total:,} back-test forecasts"
            )
        )
    if not published:
        click.echo("The warehouse has no complete day yet, so nothing was forecast.")
        return 0
    for one in published:
        series = one.fit.forecasts["unique_id"].nunique()
        click.echo(
            f"{one.metric}: {series:,} series, last day {one.fit.cutoff}, method "
            f"{one.fit.choice.method}. "
            f"{one.fit.choice.reason}",
            err=not one.fit.choice.is_published,
        )
    journal.write(publish_entries(published, "tokenhouse forecast"))
    is_built = build_and_print(FORECAST_MODELS)
    return 0 if is_built and all(one.fit.choice.is_published for one in published) else 1
