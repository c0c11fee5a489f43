"""Everything that is published of one metric: choice, forecasts, totals and back-tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
from orchestration.forecasting.evaluation.backtest import backtest
from orchestration.forecasting.evaluation.choosing import CANDIDATES, Choice, choose
from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.intervals import ErrorPool, change_scale, errors_of, furthest_of
from orchestration.forecasting.panel import HISTORY_DAYS, forecast_panel
from orchestration.forecasting.signal.history import Histories

__all__ = ["HORIZON", "TOTALS", "Fit", "fit"]

HORIZON = 30
TOTALS = (7, HORIZON)
SEASON = 7
# Six origins ten days apart fall on six weekdays and reach back 80 days. More tell more and take
# longer: each costs about as much as the forecast itself.
ORIGINS = 6
STEP_DAYS = 10
# With less than a week no method does more than repeat or average days.
_SHORTEST_HISTORY = 7
_LEVELS = (80, 95)


@dataclass(frozen=True)
class Fit:
    """What is known of the coming days of all series of a metric.

    Attributes
    ----------
    cutoff : date
        Last known day.
    choice : Choice
        The method.
    forecasts : DataFrame
        unique_id, ds, method, fallback, y_hat, expected, lo_80, hi_80, lo_95, hi_95.
    totals : DataFrame
        unique_id, horizon_days, expected, lo_80, hi_80, lo_95, hi_95: of the first days together.
    scores : DataFrame
        One row a series and method, and a method over all (empty unique_id), with n_origins and
        the measures of :func:`~orchestration.forecasting.evaluation.measures.scores_of`; empty if
        history is too short.
    """

    cutoff: date
    choice: Choice
    forecasts: pd.DataFrame
    totals: pd.DataFrame
    scores: pd.DataFrame


def fit(
    history: pd.DataFrame, cutoff: date, progress: Callable[[int, int], None] | None = None
) -> Fit:
    """Back-test the methods, choose one and forecast with it.

    Arguments
    ---------
    history : DataFrame
        unique_id, ds and y; a day without a row was a day without anything.
    cutoff : date
        Last known day; later rows are not looked at.
    progress : callable, optional
        Called with the forecasts done and all to do.

    Returns
    -------
    Fit
        Choice, forecasts, totals and back-tests.

    Raises
    ------
    BadInputError
        If the history has no row up to the cutoff.
    """
    known = history[pd.to_datetime(history["ds"]) <= pd.Timestamp(cutoff)]
    if known.empty:
        raise BadInputError(f"No series has a day up to {cutoff}: choose a later cutoff.")
    panels = _panels(known)
    tried = [_backtested(panel, cutoff, progress) for panel in panels]
    judged = [tests for tests in tried if tests is not None]
    tests = pd.concat(judged, ignore_index=True) if judged else None
    choice = choose(tests)
    forecasts = [
        forecast_panel(panel, HORIZON, SEASON, [cutoff], (choice.method,), _LEVELS, missing="zero")
        for panel in panels
    ]
    totals = [_totals(*parts, cutoff) for parts in zip(panels, forecasts, tried, strict=True)]
    return Fit(
        cutoff,
        choice,
        pd.concat(forecasts, ignore_index=True),
        pd.concat(totals, ignore_index=True),
        _scores(tests),
    )


def _panels(known: pd.DataFrame) -> list[pd.DataFrame]:
    """Split series by kind, the part of their name before a colon.

    Intervals are as wide as the panel's series were wrong: a total is steadier than its parts.
    """
    kinds = known["unique_id"].str.partition(":")[0]
    return [panel for _, panel in known.groupby(kinds, sort=True)]


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


def _backtested(known, cutoff, progress) -> pd.DataFrame | None:
    """Return forecasts from earlier days with what came; None if there can be none."""
    span = (pd.Timestamp(cutoff) - pd.to_datetime(known["ds"]).min()).days + 1
    origins = min(ORIGINS, (span - HORIZON - _SHORTEST_HISTORY) // STEP_DAYS + 1)
    if origins < 1:
        return None
    # A series' origins count back from its own last row: give every one the cutoff as its last.
    ends = pd.DataFrame({"unique_id": known["unique_id"].unique(), "ds": pd.Timestamp(cutoff)})
    every = pd.concat([known.assign(ds=pd.to_datetime(known["ds"])), ends.assign(y=0.0)])
    every = every.drop_duplicates(["unique_id", "ds"])
    tests, _ = backtest(
        every, HORIZON, SEASON, origins, STEP_DAYS, CANDIDATES, missing="zero", progress=progress
    )
    return tests


def _totals(known, forecasts, tests, cutoff) -> pd.DataFrame:
    """Add up what is expected of days.

    Intervals are as wide as totals of the same method were wrong earlier: days of a week are wrong
    together, or make up for each other, and how much is measured, with the same conformal pool
    that widens single days (one error a series and origin).
    """
    histories = Histories.of(known)
    ids, scale = _scale(histories, cutoff)
    frames = []
    for days in TOTALS:
        total = _sums(forecasts, "expected", cutoff, days).reindex(ids).to_numpy()[:, None]
        pool = _pool(histories, tests, forecasts["method"].iloc[0], days, ids)
        columns = {"unique_id": ids, "horizon_days": days, "expected": total[:, 0]}
        for level in _LEVELS:
            low, high = pool.interval(total, scale * np.sqrt(days), level)
            # A pool that is too small is extrapolated for each level by itself.
            if level > _LEVELS[0]:
                low = np.minimum(low[:, 0], columns["lo_80"])[:, None]
                high = np.maximum(high[:, 0], columns["hi_80"])[:, None]
            columns[f"lo_{level}"] = np.clip(low[:, 0], np.minimum(total[:, 0], 0), None)
            columns[f"hi_{level}"] = high[:, 0]
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _pool(histories, tests, method: str, days: int, ids) -> ErrorPool:
    """Return errors of earlier totals (series, origins, 1), the latest origin first."""
    if tests is None:
        return ErrorPool(np.full((len(ids), 1, 1), np.nan))
    mine = tests[tests["method"] == method]
    cutoffs = sorted(mine["cutoff"].unique(), reverse=True)
    errors, furthest = np.full((len(ids), len(cutoffs), 1), np.nan), 0.0
    for k, cutoff in enumerate(cutoffs):
        rows = mine[mine["cutoff"] == cutoff]
        begun, scale = _scale(histories, cutoff)
        scale = pd.Series(scale[:, 0] * np.sqrt(days), begun).reindex(ids).to_numpy()[:, None]
        truth, forecast = (
            _sums(rows, column, cutoff, days).reindex(ids).to_numpy()[:, None]
            for column in ("y", "expected")
        )
        errors[:, k] = errors_of(truth, forecast, scale)
        furthest = max(furthest, furthest_of(truth, forecast, scale))
    return ErrorPool(errors, furthest)


def _scale(histories: Histories, cutoff) -> tuple[np.ndarray, np.ndarray]:
    """Return the names of series that have begun, and their usual change (n, 1)."""
    day = int(np.datetime64(pd.Timestamp(cutoff), "D").astype(np.int64))
    which, known = histories.matrix(np.full(len(histories.ids), day), HISTORY_DAYS, "zero")
    return histories.ids[which], change_scale(known, SEASON)


def _sums(rows: pd.DataFrame, column: str, cutoff, days: int) -> pd.Series:
    first = rows[rows["ds"] <= pd.Timestamp(cutoff) + pd.Timedelta(days=days)]
    return first.groupby("unique_id")[column].sum()
