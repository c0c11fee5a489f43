"""Forecasts of a panel of daily series, with intervals, at one day or many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
from orchestration.forecasting.intervals import (
    ErrorPool,
    change_scale,
    errors_of,
    furthest_of,
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
# Four years tell the wave of a year from what only that year did.
HISTORY_DAYS = 4 * 365 + 56
# Rows worked on at a time: bounds memory to some 100 MB whatever the panel.
CHUNK_ROWS = 1000
# A history younger than this does not tell how wrong forecasts of grown ones are.
_GROWN_SEASONS = 4


@dataclass(frozen=True)
class Task:
    """What to forecast, the same at every cutoff; see :func:`forecast_panel` for each."""

    horizon: int
    season: int
    methods: tuple[str, ...]
    levels: tuple[int, ...]
    missing: str
    random_state: int


@dataclass(frozen=True)
class _Fitted:
    """What one cutoff learns from all series: a model for today, an older one for past errors."""

    today: MedianForecaster
    past: MedianForecaster


def forecast_panel(  # noqa: PLR0917 - the first arguments are called in this order
    history: pd.DataFrame,
    horizon: int,
    season: int = 7,
    cutoffs: Sequence[date] | None = None,
    methods: Sequence[str] = ("median",),
    levels: Sequence[int] = (80, 95),
    progress: Callable[[int, int], None] | None = None,
    *,
    missing: str = "auto",
    random_state: int = 0,
) -> pd.DataFrame:
    """Forecast every series of a panel.

    At each cutoff only rows up to that day are used: what comes later may be there, changed or
    missing, and the forecast is the same. The result does not depend on the order of rows either.

    Arguments
    ---------
    history : DataFrame
        unique_id, ds (a day) and y; one row a series and day, in any order.
    horizon : int
        Days to forecast after each cutoff.
    season : int
        Days after which the pattern repeats; 1 for none.
    cutoffs : sequence of date, optional
        Last known days. Series that begin later are left out. Without any, each series is
        forecast from its own last day, as one that ended early may just have another calendar; a
        series that is zero-filled up to the panel's last day has that as its own.
    methods : sequence of str
        Of `METHODS`.
    levels : sequence of int
        Percent of the intervals, rising.
    progress : callable, optional
        Called with the forecasts done and all to do, in series times cutoffs.
    missing : str
        What days without a row are: ``auto``, ``zero`` or ``interpolate``; see
        :meth:`orchestration.forecasting.signal.history.Histories.matrix`.
    random_state : int
        Seed of the sample that the boosted member learns from.

    Returns
    -------
    DataFrame
        unique_id, cutoff, ds, method, fallback, y_hat, expected and lo_<level>, hi_<level> for
        each level. `fallback` says what stood in for the method and is empty where nothing had to.
        `expected` is what the day will be on average and adds up; `y_hat` comes nearest to it.

    Raises
    ------
    BadInputError
        If an argument or the history cannot be used.
    """
    task = Task(horizon, season, tuple(methods), tuple(levels), missing, random_state)
    _check(task)
    histories = Histories.of(history)
    if not len(histories.ids):
        raise BadInputError("The history has no row with a value: there is nothing to forecast.")
    return forecast_from(histories, _ends(histories, cutoffs), task, progress)


def forecast_from(
    histories: Histories,
    ends: Sequence[np.ndarray],
    task: Task,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Forecast from days that may differ from series to series.

    Arguments
    ---------
    histories : Histories
        The panel.
    ends : sequence of ndarray of int of shape (n_series,)
        Last known days, days since 1970-01-01; one array is one cutoff.
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
        If no series has begun by any of the days.
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
        raise BadInputError("Every cutoff is before the first day: there is nothing to learn from.")
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
            f"There is no method {', '.join(unknown) or 'given'}: choose of {', '.join(METHODS)}."
        )
    levels = list(task.levels)
    if levels != sorted(set(levels)) or not all(0 < level < 100 for level in levels):
        raise BadInputError(f"Levels {levels} are percent: between 0 and 100, rising.")
    if task.missing not in MISSING:
        raise BadInputError(f"Missing days can be {', '.join(MISSING)}, not {task.missing}.")


def _days_needed(n_series: int, horizon: int) -> int:
    """Return days enough for the earliest error to have a whole history too."""
    return HISTORY_DAYS + 7 * weeks_back(n_series, horizon)


def _ends(histories: Histories, cutoffs: Sequence[date] | None) -> list[np.ndarray]:
    """Return the last days of all series, one array for each cutoff."""
    if cutoffs is None:
        return [histories.last_days()]
    days = sorted({int(np.datetime64(pd.Timestamp(c), "D").astype(np.int64)) for c in cutoffs})
    return [np.full(len(histories.ids), day) for day in days]


def _labelled(part: pd.DataFrame, names, last, horizon: int) -> pd.DataFrame:
    """Put names and days to the forecasts of series, which come method by method."""
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
    for rows in _chunks(len(days), CHUNK_ROWS):
        known = days[rows][:, -HISTORY_DAYS:]
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
                if inner:  # a growing pool cannot cross, an extrapolated one might
                    low, high = np.minimum(low, inner[0]), np.maximum(high, inner[1])
                low = np.where(never_negative, np.clip(low, np.minimum(forecast, 0), None), low)
                inner = low, high
                columns |= {f"lo_{level}": low.ravel(), f"hi_{level}": high.ravel()}
            frames.append(pd.DataFrame(columns))
        yield rows, pd.concat(frames, ignore_index=True)


def _fit(days: np.ndarray, task: Task, back: int) -> _Fitted:
    """Fit for today, and once for all past errors, on what was known before the first of them."""
    boosting = bool({"median", "boosting"} & set(task.methods))
    today, past = (
        MedianForecaster(task.horizon, task.season, boosting, task.random_state).fit(known)
        for known in (days[:, -HISTORY_DAYS:], _up_to(days, back))
    )
    if not getattr(past.boosting_, "is_trained_", False):
        # Too young for a model of then: errors without the member are the nearest to be had.
        past.boosting_ = LagBoosting(task.horizon, task.season)
    if not past.tried_.waves:
        past.tried_ = today.tried_  # how far to believe a year; its wave is of then all the same
    return _Fitted(today, past)


def _up_to(days: np.ndarray, weeks: int) -> np.ndarray:
    """Return the histories of series that had begun some weeks before the last day."""
    before = days[:, : max(days.shape[1] - 7 * weeks, 1)][:, -HISTORY_DAYS:]
    begun = ~np.isnan(before[:, -1])
    return before[begun] if begun.any() else days[:, -1:]


def _pools(days: np.ndarray, task: Task, past: MedianForecaster, back: int) -> dict[str, ErrorPool]:
    """Return what each method got wrong at earlier origins, over all series."""
    n, n_days = days.shape
    errors = {
        method: np.full((n, back, task.horizon), np.nan, np.float32) for method in task.methods
    }
    furthest = dict.fromkeys(task.methods, 0.0)
    grown = _GROWN_SEASONS * max(task.season, 7)
    age = n_days - first_days(days)
    if age.max() - 7 < grown:  # nobody is grown: errors of the young are better than none
        grown = 2
    pairs = np.argwhere(age[:, None] - 7 * np.arange(1, back + 1) >= grown)
    # Origins of all series are rows of one matrix: few steps of many rows are fast.
    order = np.lexsort((pairs[:, 0], pairs[:, 1]))
    for chunk in _chunks(len(pairs), CHUNK_ROWS):
        rows, origins = pairs[order[chunk]].T
        known, truth = _cut(days, rows, 7 * (origins + 1), task.horizon)
        scale = change_scale(known, task.season)
        for method, forecast in _by_method(known, task.methods, past).items():
            errors[method][rows, origins] = errors_of(truth, forecast, scale)
            furthest[method] = max(furthest[method], furthest_of(truth, forecast, scale))
    return {method: ErrorPool(error, furthest[method]) for method, error in errors.items()}


def _cut(days, rows, back, horizon) -> tuple[np.ndarray, np.ndarray]:
    """Return the history of each row up to some days before its last, and what followed."""
    longest = min(HISTORY_DAYS, days.shape[1] - int(back.min()))
    columns = days.shape[1] - back[:, None] + np.arange(-longest, horizon)
    outside = (columns < 0) | (columns >= days.shape[1])
    both = days[rows[:, None], np.clip(columns, 0, days.shape[1] - 1)]
    both[outside] = np.nan
    return both[:, :longest], both[:, longest:]


def _by_method(days, methods, median: MedianForecaster) -> dict[str, np.ndarray]:
    """Forecast with each method, each member once."""
    wanted = MEMBERS if "median" in methods else [name for name in MEMBERS if name in methods]
    members = median.members(days, wanted)
    forecasts = {}
    for method in methods:
        if method == "median":
            forecasts[method] = median.combine(days, members)
        elif method in members:
            forecasts[method] = members[method]
        else:
            baseline = BASELINES.get(method, SeasonalNaive)  # boosting that could not learn
            forecasts[method] = baseline(median.horizon, median.season).fit(days).predict(days)
    return forecasts


def _fallback(method: str, fallbacks: np.ndarray, fitted: MedianForecaster) -> np.ndarray:
    if method == "median":
        return fallbacks
    if method == "boosting" and not fitted.boosting_.is_trained_:
        return np.full(len(fallbacks), "seasonal_naive")
    return np.full(len(fallbacks), "")


def _expected(method: str, days, forecast, fitted: MedianForecaster) -> np.ndarray:
    return fitted.expect(days, forecast) if method == "median" else forecast


def _chunks(count: int, size: int) -> Iterator[np.ndarray]:
    for start in range(0, count, size):
        yield np.arange(start, min(start + size, count))
