"""Forecast the warehouse's own daily series and write the results to its ml tables."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from orchestration.forecasting import presets
from orchestration.forecasting.fitting import Fit, fit
from orchestration.forecasting.publishing.names import NOT_WORSE, TABLES
from orchestration.forecasting.publishing.tables import (
    last_complete_day,
    read_history,
    write_rows,
)
from orchestration.journal import Entry, new_version
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

__all__ = ["METRICS", "Published", "model_version", "publish", "publish_entries"]

METRICS = ("cost_usd", "run_count", "total_tokens")
_BOUNDS = ["lo_80", "hi_80", "lo_95", "hi_95"]
_MEASURES = (
    "mase",
    "relative_mase",
    "smape",
    "wape",
    "pinball",
    "coverage_80",
    "coverage_95",
    "total_error",
)


@dataclass(frozen=True)
class Published:
    """Result for one metric.

    Attributes
    ----------
    metric : str
        Name from `METRICS`.
    fit : Fit
        The fit; its forecasts are in the tables if ``fit.choice.is_published``.
    recent : DataFrame
        unique_id, ds and y of the last weeks of the total, for a chart.
    """

    metric: str
    fit: Fit
    recent: pd.DataFrame


def publish(
    metrics: tuple[str, ...] = METRICS,
    cutoff: date | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Published]:
    """Back-test, select a method, forecast and write, for each metric.

    A method that was worse than naive is not published: its back-tests and the selection are
    written, and the forecasts published before stay. The data directory is locked while reading
    and writing, not while fitting.

    Parameters
    ----------
    metrics : tuple of str
        Metrics to forecast.
    cutoff : date, optional
        Last known day; by default the last complete day.
    progress : callable, optional
        Called with the metric and the number of back-test forecasts done and of all.

    Returns
    -------
    list of Published
        One per metric that has any day; none in an empty warehouse.

    Raises
    ------
    BadInputError
        If the warehouse was never built.
    """
    published = []
    for metric in metrics:
        with connect() as client:
            ensure_raw_tables(client)
            last = last_complete_day(client, metric)
            until = min(cutoff, last) if cutoff and last else last
            history = read_history(client, metric, until) if until else pd.DataFrame()
        if until is None or history.empty:
            continue
        fitted = fit(history, until, partial(progress, metric) if progress else None)
        with connect() as client:
            _write(client, metric, fitted)
        total = history[history["unique_id"] == "total"].sort_values("ds")
        total = total.tail(presets.CHART_HORIZONS * presets.HORIZON)
        published.append(Published(metric, fitted, total))
    return published


def publish_entries(published: list[Published], command: str) -> list[Entry]:
    """Return the entries of forecasting in the journal.

    Parameters
    ----------
    published : list of Published
        One per metric.
    command : str
        The command that forecast.

    Returns
    -------
    list of Entry
        For :func:`orchestration.journal.write`.
    """
    reasons = {one.metric: one.fit.choice.reason for one in published}
    version = new_version()
    return [
        *(
            Entry(asset=["ml", table], by=command, version=version, facts=dict(reasons))
            for table in TABLES
        ),
        Entry(
            check=NOT_WORSE,
            by=command,
            passed=all(one.fit.choice.is_published for one in published),
            facts=dict(reasons),
        ),
    ]


def model_version() -> str:
    """Return a digest of the forecasting code.

    Returns
    -------
    str
        12 hexadecimal digits.
    """
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _write(client: Any, metric: str, fitted: Fit) -> None:
    """Write forecasts before the choice: models read those of the newest published choice."""
    same = {
        "metric": metric,
        "cutoff_date": fitted.cutoff,
        "model_version": model_version(),
        "fitted_at": datetime.now(UTC).replace(tzinfo=None),
    }
    if fitted.choice.is_published:
        days = fitted.forecasts.rename(columns={"y_hat": "forecast"})
        ahead = (days["ds"] - pd.Timestamp(fitted.cutoff)).dt.days
        days = days.assign(date=days["ds"].dt.date, horizon_days=ahead)
        days = days[
            [
                *("unique_id", "date", "horizon_days", "method", "fallback"),
                *("forecast", "expected", *_BOUNDS),
            ]
        ]
        write_rows(client, "daily_forecasts", days.assign(**same), metric, fitted.cutoff)
        totals = fitted.totals.rename(columns={"expected": "forecast"})
        totals = totals.assign(method=fitted.choice.method, **same)
        write_rows(client, "forecast_totals", totals, metric, fitted.cutoff)
    write_rows(client, "forecast_backtests", _backtests(fitted, same), metric, fitted.cutoff)
    choice = pd.DataFrame([vars(fitted.choice)]).assign(**same)
    write_rows(client, "forecast_choices", _with_nulls(choice), metric, fitted.cutoff)


def _backtests(fitted: Fit, same: dict) -> pd.DataFrame:
    if fitted.scores.empty:
        return fitted.scores
    names = {"n_origins": "origin_count", "n_forecasts": "forecast_count"}
    columns = ["unique_id", "method", *names.values(), *_MEASURES]
    rows = fitted.scores.rename(columns=names)[columns]
    return _with_nulls(rows.assign(horizon_days=presets.HORIZON, **same))


def _with_nulls(rows: pd.DataFrame) -> pd.DataFrame:
    """Make unknown measures NULL: any mean over nan or inf would be unknown too."""
    floats = rows.select_dtypes("float").columns
    return rows.assign(
        **{name: rows[name].astype(object).where(np.isfinite(rows[name]), None) for name in floats}
    )
