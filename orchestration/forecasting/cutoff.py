"""Forecasts of all series of a panel at one cutoff: fit, error pools, intervals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.forecasting import presets
from orchestration.forecasting.intervals import (
    ErrorPool,
    change_scale,
    largest_error,
    scaled_errors,
    weeks_back,
)
from orchestration.forecasting.members.baselines import (
    LinearTrend,
    Naive,
    SeasonalNaive,
    WindowMean,
)
from orchestration.forecasting.members.boosting import LagBoosting
from orchestration.forecasting.members.fallbacks import fallbacks_of
from orchestration.forecasting.members.median import MEMBERS, MedianForecaster
from orchestration.forecasting.signal.days import first_days

__all__ = ["BASELINES", "METHODS", "Task", "forecast_rows"]

BASELINES = {
    "naive": Naive,
    "seasonal_naive": SeasonalNaive,
    "linear_30d": LinearTrend,
    "mean_28d": WindowMean,
}
METHODS = ("median", *MEMBERS, *BASELINES)


@dataclass(frozen=True)
class Task:
    """Arguments of a forecast, the same at every cutoff; see :func:`forecast_panel`."""

    horizon: int
    season: int
    methods: tuple[str, ...]
    levels: tuple[int, ...]
    missing: str
    random_state: int


@dataclass(frozen=True)
class _Fitted:
    """Models of one cutoff: one for its forecasts, an older one for past errors."""

    today: MedianForecaster
    past: MedianForecaster


def forecast_rows(days: np.ndarray, task: Task) -> Iterator[tuple[np.ndarray, pd.DataFrame]]:
    """Yield rows and their forecasts, chunk by chunk."""
    back = weeks_back(len(days), task.horizon)
    fitted = _fit(days, task, back)
    pools = _pools(days, task, fitted.past, back)
    for rows in _chunks(len(days), presets.CHUNK_ROWS):
        known = days[rows][:, -presets.HISTORY_DAYS :]
        scale = change_scale(known, task.season)
        never_negative = np.nanmin(known, axis=1, keepdims=True) >= 0
        fallbacks = fallbacks_of(known, task.season)
        frames = []
        for method, forecast in _by_method(known, task.methods, fitted.today).items():
            columns = {
                "method": method,
                "fallback": np.repeat(_fallback(method, fallbacks, fitted.today), task.horizon),
                "y_hat": forecast.ravel(),
                "expected": _expected(method, known, forecast, fitted.today).ravel(),
            }
            inner: tuple[np.ndarray, np.ndarray] | None = None
            for level in task.levels:
                low, high = pools[method].interval(forecast, scale, level)
                if inner:  # extrapolated levels could cross
                    low, high = np.minimum(low, inner[0]), np.maximum(high, inner[1])
                low = np.where(never_negative, np.clip(low, np.minimum(forecast, 0), None), low)
                inner = low, high
                columns |= {f"lo_{level}": low.ravel(), f"hi_{level}": high.ravel()}
            frames.append(pd.DataFrame(columns))
        yield rows, pd.concat(frames, ignore_index=True)


def _fit(days: np.ndarray, task: Task, back: int) -> _Fitted:
    """Fit a model for the forecasts, and one for past errors, on the days before all of them."""
    boosting = bool({"median", "boosting"} & set(task.methods))
    today, past = (
        MedianForecaster(task.horizon, task.season, boosting, task.random_state).fit(known)
        for known in (days[:, -presets.HISTORY_DAYS :], _up_to(days, back))
    )
    if not getattr(past.boosting_, "is_trained_", False):
        # Too little history then to train it: the errors are those of a median without it.
        past.boosting_ = LagBoosting(task.horizon, task.season)
    if not past.yearly_evidence_.harmonics:
        # Only the shrinkage comes from today; the component is still fitted on the days of then.
        past.yearly_evidence_ = today.yearly_evidence_
    return _Fitted(today, past)


def _up_to(days: np.ndarray, weeks: int) -> np.ndarray:
    """Return the histories of series that had begun some weeks before the last day."""
    before = days[:, : max(days.shape[1] - presets.WEEK * weeks, 1)][:, -presets.HISTORY_DAYS :]
    begun = ~np.isnan(before[:, -1])
    return before[begun] if begun.any() else days[:, -1:]


def _pools(days: np.ndarray, task: Task, past: MedianForecaster, back: int) -> dict[str, ErrorPool]:
    """Return the errors of each method at earlier origins, over all series."""
    n, n_days = days.shape
    errors = {
        method: np.full((n, back, task.horizon), np.nan, np.float32) for method in task.methods
    }
    largest = dict.fromkeys(task.methods, 0.0)
    age = n_days - first_days(days)
    min_age = presets.MATURE_WEEKS * max(task.season, presets.WEEK)
    if age.max() - presets.MIN_POOL_ORIGINS * presets.WEEK < min_age:
        min_age = presets.YOUNG_DAYS
    pairs = np.argwhere(age[:, None] - presets.WEEK * np.arange(1, back + 1) >= min_age)
    # Origins of all series are rows of one matrix: few steps over many rows are fast.
    order = np.lexsort((pairs[:, 0], pairs[:, 1]))
    for chunk in _chunks(len(pairs), presets.CHUNK_ROWS):
        rows, origins = pairs[order[chunk]].T
        known, actual = _cut(days, rows, presets.WEEK * (origins + 1), task.horizon)
        scale = change_scale(known, task.season)
        for method, forecast in _by_method(known, task.methods, past).items():
            errors[method][rows, origins] = scaled_errors(actual, forecast, scale)
            largest[method] = max(largest[method], largest_error(actual, forecast, scale))
    return {method: ErrorPool(error, largest[method]) for method, error in errors.items()}


def _cut(
    days: np.ndarray, rows: np.ndarray, back: np.ndarray, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's history up to some days before its last, and the actual values after."""
    longest = min(presets.HISTORY_DAYS, days.shape[1] - int(back.min()))
    columns = days.shape[1] - back[:, None] + np.arange(-longest, horizon)
    outside = (columns < 0) | (columns >= days.shape[1])
    both = days[rows[:, None], np.clip(columns, 0, days.shape[1] - 1)]
    both[outside] = np.nan
    return both[:, :longest], both[:, longest:]


def _by_method(
    days: np.ndarray, methods: Sequence[str], median: MedianForecaster
) -> dict[str, np.ndarray]:
    """Forecast with each method; each member runs once."""
    wanted = MEMBERS if "median" in methods else [name for name in MEMBERS if name in methods]
    members = median.members(days, wanted)
    forecasts = {}
    for method in methods:
        if method == "median":
            forecasts[method] = median.combine(days, members)
        elif method in members:
            forecasts[method] = members[method]
        else:
            baseline = BASELINES.get(method, SeasonalNaive)  # untrained boosting
            forecasts[method] = baseline(median.horizon, median.season).fit(days).predict(days)
    return forecasts


def _fallback(method: str, fallbacks: np.ndarray, fitted: MedianForecaster) -> np.ndarray:
    if method == "median":
        return fallbacks
    if method == "boosting" and not fitted.boosting_.is_trained_:
        return np.full(len(fallbacks), "seasonal_naive")
    return np.full(len(fallbacks), "")


def _expected(
    method: str, days: np.ndarray, forecast: np.ndarray, fitted: MedianForecaster
) -> np.ndarray:
    return fitted.mean_forecast(days, forecast) if method == "median" else forecast


def _chunks(count: int, size: int) -> Iterator[np.ndarray]:
    for start in range(0, count, size):
        yield np.arange(start, min(start + size, count))
