"""Everything that is published for one metric: method, forecasts, totals and back-tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
from orchestration.forecasting import presets
from orchestration.forecasting.evaluation.backtest import backtest
from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.evaluation.selection import CANDIDATES, Choice, select_method
from orchestration.forecasting.intervals import (
    ErrorPool,
    change_scale,
    largest_error,
    scaled_errors,
)
from orchestration.forecasting.panel import forecast_panel
from orchestration.forecasting.signal.history import Histories

__all__ = ["Fit", "fit"]


@dataclass(frozen=True)
class Fit:
    """Forecasts of all series of a metric, and how they were made.

    Attributes
    ----------
    cutoff : date
        Last known day.
    choice : Choice
        The selected method.
    forecasts : DataFrame
        unique_id, ds, method, fallback, y_hat, expected, lo_80, hi_80, lo_95, hi_95.
    totals : DataFrame
        unique_id, horizon_days, expected, lo_80, hi_80, lo_95, hi_95: totals of the first days.
    scores : DataFrame
        One row per series and method, and one per method over all series (empty unique_id), with
        n_origins and the measures of
        :func:`~orchestration.forecasting.evaluation.measures.scores_of`; empty if the history is
        too short.
    """

    cutoff: date
    choice: Choice
    forecasts: pd.DataFrame
    totals: pd.DataFrame
    scores: pd.DataFrame


def fit(
    history: pd.DataFrame, cutoff: date, progress: Callable[[int, int], None] | None = None
) -> Fit:
    """Back-test the methods, select one and forecast with it.

    Parameters
    ----------
    history : DataFrame
        unique_id, ds and y; a day without a row has the value 0.
    cutoff : date
        Last known day; later rows are ignored.
    progress : callable, optional
        Called with the number of forecasts done and of all forecasts.

    Returns
    -------
    Fit
        Selected method, forecasts, totals and back-tests.

    Raises
    ------
    BadInputError
        If the history has no row up to the cutoff.
    """
    known = history[pd.to_datetime(history["ds"]) <= pd.Timestamp(cutoff)]
    if known.empty:
        raise BadInputError(f"No series has a day up to {cutoff}: select_method a later cutoff.")
    panels = _panels(known)
    tests_by_panel = [_backtested(panel, cutoff, progress) for panel in panels]
    all_tests = [tests for tests in tests_by_panel if tests is not None]
    tests = pd.concat(all_tests, ignore_index=True) if all_tests else None
    choice = select_method(tests)
    forecasts = [
        _never_negative(
            forecast_panel(
                panel,
                presets.HORIZON,
                presets.WEEK,
                [cutoff],
                (choice.method,),
                presets.LEVELS,
                missing="zero",
            )
        )
        for panel in panels
    ]
    totals = [
        _totals(*parts, cutoff) for parts in zip(panels, forecasts, tests_by_panel, strict=True)
    ]
    return Fit(
        cutoff,
        choice,
        pd.concat(forecasts, ignore_index=True),
        pd.concat(totals, ignore_index=True),
        _scores(tests),
    )


def _panels(known: pd.DataFrame) -> list[pd.DataFrame]:
    """Split series by kind, the part of their name before a colon.

    Intervals come from the errors of a panel, and a total varies less than its parts.
    """
    kinds = known["unique_id"].str.partition(":")[0]
    return [panel for _, panel in known.groupby(kinds, sort=True)]


def _never_negative(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Keep what is published at zero or above: a straight line of costs may fall below.

    Document B's own line stays as it is, in `cost_forecast_daily`.
    """
    bounds = [f"{side}_{level}" for side in ("lo", "hi") for level in presets.LEVELS]
    columns = ["y_hat", "expected", *bounds]
    return forecasts.assign(**forecasts[columns].clip(lower=0))


def _scores(tests: pd.DataFrame | None) -> pd.DataFrame:
    if tests is None:
        return pd.DataFrame()
    parts = {"series": ["unique_id", "method"], "overall": ["method"]}
    scores = []
    for scope, by in parts.items():
        origins = tests.groupby(by)["cutoff"].nunique().rename("n_origins").reset_index()
        scores.append(scores_of(tests, by).merge(origins, on=by).assign(scope=scope))
    both = pd.concat(scores, ignore_index=True)
    return both.assign(unique_id=both["unique_id"].fillna(""))


def _backtested(
    known: pd.DataFrame, cutoff: date, progress: Callable[[int, int], None] | None
) -> pd.DataFrame | None:
    """Return back-test forecasts and actual values; None if the history is too short."""
    span = (pd.Timestamp(cutoff) - pd.to_datetime(known["ds"]).min()).days + 1
    origins = min(
        presets.ORIGINS,
        (span - presets.HORIZON - presets.MIN_HISTORY_DAYS) // presets.STEP_DAYS + 1,
    )
    if origins < 1:
        return None
    # Origins are counted back from a series' own last row: make the cutoff the last row of each.
    ends = pd.DataFrame({"unique_id": known["unique_id"].unique(), "ds": pd.Timestamp(cutoff)})
    every = pd.concat([known.assign(ds=pd.to_datetime(known["ds"])), ends.assign(y=0.0)])
    every = every.drop_duplicates(["unique_id", "ds"])
    tests, _ = backtest(
        every,
        presets.HORIZON,
        presets.WEEK,
        origins,
        presets.STEP_DAYS,
        CANDIDATES,
        missing="zero",
        progress=progress,
    )
    return tests


def _totals(
    known: pd.DataFrame, forecasts: pd.DataFrame, tests: pd.DataFrame | None, cutoff: date
) -> pd.DataFrame:
    """Return totals of the mean forecasts of days.

    Intervals are conformal, from the errors of earlier totals of the same method (one per series
    and origin), because errors of neighbouring days are correlated.
    """
    histories = Histories.of(known)
    ids, scale = _scale(histories, cutoff)
    frames = []
    for days in presets.TOTALS:
        total = _sums(forecasts, "expected", cutoff, days).reindex(ids).to_numpy()[:, None]
        pool = _pool(histories, tests, forecasts["method"].iloc[0], days, ids)
        columns = {"unique_id": ids, "horizon_days": days, "expected": total[:, 0]}
        for level in presets.LEVELS:
            low, high = pool.interval(total, scale * np.sqrt(days), level)
            # If the pool is too small, each level is extrapolated on its own: they must not cross.
            if level > presets.LEVELS[0]:
                low = np.minimum(low[:, 0], columns["lo_80"])[:, None]
                high = np.maximum(high[:, 0], columns["hi_80"])[:, None]
            columns[f"lo_{level}"] = np.clip(low[:, 0], np.minimum(total[:, 0], 0), None)
            columns[f"hi_{level}"] = high[:, 0]
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _pool(
    histories: Histories, tests: pd.DataFrame | None, method: str, days: int, ids: np.ndarray
) -> ErrorPool:
    """Return errors of earlier totals (series, origins, 1), the latest origin first."""
    if tests is None:
        return ErrorPool(np.full((len(ids), 1, 1), np.nan))
    mine = tests[tests["method"] == method]
    cutoffs = sorted(mine["cutoff"].unique(), reverse=True)
    errors, largest = np.full((len(ids), len(cutoffs), 1), np.nan), 0.0
    for k, cutoff in enumerate(cutoffs):
        rows = mine[mine["cutoff"] == cutoff]
        begun, scale = _scale(histories, cutoff)
        scale = pd.Series(scale[:, 0] * np.sqrt(days), begun).reindex(ids).to_numpy()[:, None]
        actual, forecast = (
            _sums(rows, column, cutoff, days).reindex(ids).to_numpy()[:, None]
            for column in ("y", "expected")
        )
        errors[:, k] = scaled_errors(actual, forecast, scale)
        largest = max(largest, largest_error(actual, forecast, scale))
    return ErrorPool(errors, largest)


def _scale(histories: Histories, cutoff: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the names of series that have begun, and their scale (n, 1)."""
    day = int(np.datetime64(pd.Timestamp(cutoff), "D").astype(np.int64))
    which, known = histories.matrix(np.full(len(histories.ids), day), presets.HISTORY_DAYS, "zero")
    return histories.ids[which], change_scale(known, presets.WEEK)


def _sums(rows: pd.DataFrame, column: str, cutoff: Any, days: int) -> pd.Series:
    first = rows[rows["ds"] <= pd.Timestamp(cutoff) + pd.Timedelta(days=days)]
    return first.groupby("unique_id")[column].sum()
