"""Baseline methods, and the documents' linear trend."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.signal.days import phase_matrix

__all__ = ["LinearTrend", "Naive", "SeasonalNaive", "WindowMean"]


class Naive(Forecaster):
    """The last value for every day of the horizon."""

    def _extend(self, days):
        return np.repeat(days[:, -1:], self.horizon, axis=1)


class SeasonalNaive(Forecaster):
    """The last season repeated; the last value if the history is shorter than a season."""

    def _extend(self, days):
        last = phase_matrix(days, self.season, 1)[:, 0]
        last = np.where(np.isnan(last).any(axis=1, keepdims=True), days[:, -1:], last)
        return last[:, np.arange(self.horizon) % self.season]


class WindowMean(Forecaster):
    """The mean of the last days for every day of the horizon.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster; the season is not used.
    window : int
        Days to average.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        window: int = presets.MEAN_DAYS,
    ):
        super().__init__(horizon, season)
        self.window = window

    def _extend(self, days):
        return np.repeat(
            np.nanmean(days[:, -self.window :], axis=1, keepdims=True), self.horizon, axis=1
        )


class LinearTrend(Forecaster):
    """The documents' line (R040, K7): least squares of the last days on the day index.

    Exactly as documented: without a floor at 0 and without a season. A single day has no slope and
    is repeated.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster; the season is not used.
    window : int
        Days to fit.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        window: int = presets.LINE_DAYS,
    ):
        super().__init__(horizon, season)
        self.window = window

    def _extend(self, days):
        intercept, slope = self.line(days)
        steps = np.arange(1, self.horizon + 1)
        return intercept[:, None] + slope[:, None] * steps

    def line(self, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fit the line of each history.

        Parameters
        ----------
        days : ndarray of shape (n_series, n_days)
            Histories.

        Returns
        -------
        intercept, slope : ndarray of shape (n_series,)
            Value of the line at the last day, and its rise per day.
        """
        values = days[:, -self.window :]
        return masked_line(values)


def masked_line(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit a line by least squares to each row, ignoring ``nan``.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_days)
        Values on consecutive days.

    Returns
    -------
    at_end, slope : ndarray of shape (n_series,)
        Value of the line at the last column, and its rise per column; the slope of a single value
        is 0.
    """
    known = ~np.isnan(values)
    index = np.where(known, np.arange(1 - values.shape[1], 1.0), 0.0)
    filled = np.where(known, values, 0.0)
    count = known.sum(axis=1)
    mean_index, mean = index.sum(axis=1) / count, filled.sum(axis=1) / count
    centred = np.where(known, index - mean_index[:, None], 0.0)
    spread = (centred**2).sum(axis=1)
    slope = (centred * (filled - mean[:, None])).sum(axis=1) / np.where(spread > 0, spread, 1)
    return mean - slope * mean_index, slope
