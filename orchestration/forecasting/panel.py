"""Forecasts of a panel of daily series, with intervals, at one day or many."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from orchestration.errors import BadInputError
from orchestration.forecasting import presets
from orchestration.forecasting.cutoff import METHODS, Task, forecast_rows
from orchestration.forecasting.intervals import (
    weeks_back,
)
from orchestration.forecasting.signal.history import MISSING, Histories

__all__ = ["forecast_from", "forecast_panel"]


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
            for rows, part in forecast_rows(days, task):
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
