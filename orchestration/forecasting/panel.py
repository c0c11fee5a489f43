"""Forecasts of a panel of daily series, with intervals, at one day or many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
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
from orchestration.forecasting.members.median import MEMBERS, MedianForecaster, fallbacks_of
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.history import MISSING, Histories

__all__ = ["METHODS", "Task", "forecast_from", "forecast_panel"]

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


def forecast_panel(  # noqa: PLR0917 - the first arguments are called in this order
    history: pd.DataFrame,
    horizon: int,
    season: int = presets.WEEK,
    cutoffs: Sequence[date] | None = None,
    methods: Sequence[str] = ("median",),
    levels: Sequence[int] = presets.LEVELS,
    progress: Callable[[int, int], None] | None = None,
    *,
    missing: str = "auto",
    random_state: int = 0,
) -> pd.DataFrame:
    """Forecast every series of a panel.

    At each cutoff only rows up to that day are used; later rows have no influence. The result does
    not depend on the order of rows.

    Parameters
    ----------
    history : DataFrame
        unique_id, ds (a day) and y; one row per series and day, in any order.
    horizon : int
        Days to forecast after each cutoff.
    season : int
        Days after which the pattern repeats; 1 for none.
    cutoffs : sequence of date, optional
        Last known days. Series that begin later are left out. By default, each series is forecast
        from its own last day, because a series that ends early may just have another calendar; the
        last day of a series that is zero-filled is that of the panel.
    methods : sequence of str
        Names from `METHODS`.
    levels : sequence of int
        Levels of the intervals in percent, rising.
    progress : callable, optional
        Called with the number of forecasts done and of all forecasts, in series times cutoffs.
    missing : str
        What days without a row are: ``auto``, ``zero`` or ``interpolate``; see
        :meth:`orchestration.forecasting.signal.history.Histories.matrix`.
    random_state : int
        Seed of the sample that the boosted member learns from.

    Returns
    -------
    DataFrame
        unique_id, cutoff, ds, method, fallback, y_hat, expected and lo_<level>, hi_<level> for
        each level. `fallback` names the method used instead, and is empty if the method was used.
        `expected` is the mean, which adds up to totals; `y_hat` is the median, which has the
        smallest absolute error.

    Raises
    ------
    BadInputError
        If an argument or the history cannot be used.
    """
    task = Task(horizon, season, tuple(methods), tuple(levels), missing, random_state)
    _check(task)
    histories = Histories.of(history)
    if not len(histories.ids):
        raise BadInputError("The history has no row with a value: add rows with a y to forecast.")
    return forecast_from(histories, _ends(histories, cutoffs), task, progress)


def forecast_from(
    histories: Histories,
    ends: Sequence[np.ndarray],
    task: Task,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Forecast from last days that may differ between series.

    Parameters
    ----------
    histories : Histories
        The panel.
    ends : sequence of ndarray of int of shape (n_series,)
        Last known days, as days since 1970-01-01; one array per cutoff.
    task : Task
        What to forecast.
    progress : callable, optional
        As for :func:`forecast_panel`.

    Returns
    -------
    DataFrame
        As :func:`forecast_panel` returns it.

    Raises
    ------
    BadInputError
        If no series has begun on any of the days.
    """
    total, done = len(ends) * len(histories.ids), 0
    n_days = _days_needed(len(histories.ids), task.horizon)
    parts = []
    for end in ends:
        which, days = histories.matrix(end, n_days, task.missing)
        if len(which):
            for rows, part in _forecast(days, task):
                names, last = histories.ids[which[rows]], end[which[rows]]
                parts.append(_labelled(part, names, last, task.horizon))
                if progress:
                    progress(done + int(rows[-1]) + 1, total)
        done += len(histories.ids)
        if progress:
            progress(done, total)
    if not parts:
        raise BadInputError("Every cutoff is before the first day: choose a later cutoff.")
    frame = pd.concat(parts, ignore_index=True)
    frame["method"] = pd.Categorical(frame["method"], list(task.methods))
    keys = ["method", "cutoff", "unique_id", "ds"]
    frame = frame.sort_values(keys, ignore_index=True, kind="stable")
    frame["method"] = frame["method"].astype(str)
    return frame


def _check(task: Task) -> None:
    if task.horizon < 1 or task.season < 1:
        raise BadInputError(
            f"Horizon {task.horizon} and season {task.season} are days: each must be 1 or more."
        )
    unknown = [method for method in task.methods if method not in METHODS]
    if unknown or not task.methods:
        raise BadInputError(
            f"There is no method {', '.join(unknown) or 'given'}: choose from {', '.join(METHODS)}."
        )
    levels = list(task.levels)
    if levels != sorted(set(levels)) or not all(0 < level < 100 for level in levels):
        raise BadInputError(
            f"Levels {levels} are not rising percentages between 0 and 100: write them like 80, 95."
        )
    if task.missing not in MISSING:
        raise BadInputError(
            f"There is no rule {task.missing} for missing days: choose from {', '.join(MISSING)}."
        )


def _days_needed(n_series: int, horizon: int) -> int:
    """Return how many days are read, so that the earliest origin has a full history too."""
    return presets.HISTORY_DAYS + presets.WEEK * weeks_back(n_series, horizon)


def _ends(histories: Histories, cutoffs: Sequence[date] | None) -> list[np.ndarray]:
    """Return the last days of all series, one array for each cutoff."""
    if cutoffs is None:
        return [histories.last_days()]
    days = sorted({int(np.datetime64(pd.Timestamp(c), "D").astype(np.int64)) for c in cutoffs})
    return [np.full(len(histories.ids), day) for day in days]


def _labelled(
    part: pd.DataFrame, names: np.ndarray, last: np.ndarray, horizon: int
) -> pd.DataFrame:
    """Add names and days to forecasts, which are ordered by method."""
    repeats = len(part) // (len(names) * horizon)
    cutoff = np.tile(np.repeat(last, horizon), repeats)
    step = np.tile(np.arange(1, horizon + 1), len(names) * repeats)
    part.insert(0, "unique_id", np.tile(np.repeat(names, horizon), repeats))
    part.insert(1, "cutoff", cutoff.astype("datetime64[D]").astype("datetime64[s]"))
    part.insert(2, "ds", (cutoff + step).astype("datetime64[D]").astype("datetime64[s]"))
    return part


def _forecast(days: np.ndarray, task: Task) -> Iterator[tuple[np.ndarray, pd.DataFrame]]:
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
    min_age = presets.MATURE_WEEKS * max(task.season, presets.WEEK)
    age = n_days - first_days(days)
    if age.max() - presets.WEEK < min_age:  # errors of short histories are better than none
        min_age = presets.MIN_DAYS_IF_NONE_IS_MATURE
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
