"""Theta on weekday-adjusted data."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.members.baselines import masked_line
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.scale import asinh_scale
from orchestration.forecasting.signal.season import weekday_adjusted

__all__ = ["SeasonalTheta"]


class SeasonalTheta(Forecaster):
    """Theta method on weekday-adjusted data: the mean of a line and of exponential smoothing.

    On the asinh scale, on which a multiplicative seasonal pattern is additive. The weekday index is
    the mean deviation of each phase from a centred moving average, over the whole history. The
    adjusted series z is forecast by (line + SES(2z - line)) / 2; the smoothing constant minimises
    the squared one-step error. Assimakopoulos & Nikolopoulos, The theta model, International
    Journal of Forecasting 16 (2000).

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    alphas : tuple of float
        Smoothing constants to select from.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        alphas: tuple[float, ...] = presets.THETA_ALPHAS,
    ):
        super().__init__(horizon, season)
        self.alphas = alphas

    def _extend(self, days):
        scale = asinh_scale(days)
        rest, future_index = weekday_adjusted(np.arcsinh(days / scale), self.season, self.horizon)
        at_end, slope = masked_line(rest)
        line = at_end[:, None] + slope[:, None] * np.arange(1 - days.shape[1], 1)
        level = smoothed_level(2 * rest - line, self.alphas)
        future_line = at_end[:, None] + slope[:, None] * np.arange(1, self.horizon + 1)
        return np.sinh((future_line + level[:, None]) / 2 + future_index) * scale


def smoothed_level(values: np.ndarray, alphas: tuple[float, ...]) -> np.ndarray:
    """Smooth each row exponentially with the constant of smallest squared error.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_days)
        Values, ``nan`` before the first.
    alphas : tuple of float
        Constants to select from.

    Returns
    -------
    ndarray of shape (n_series,)
        The last level; it starts at the first value.
    """
    rates = np.array(alphas)
    start = first_days(values)
    level = np.repeat(values[np.arange(len(values)), start][:, None], len(rates), axis=1)
    error = np.zeros_like(level)
    for t in range(start.min(), values.shape[1]):
        e = values[:, t, None] - level
        e[t < start] = 0.0
        level += rates * e
        error += e * e
    return level[np.arange(len(values)), error.argmin(axis=1)]
