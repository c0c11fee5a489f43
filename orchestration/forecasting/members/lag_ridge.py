"""Ridge regression on lags."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.signal.outliers import winsorised
from orchestration.forecasting.signal.scale import asinh_scale
from orchestration.forecasting.signal.season import weekday_adjusted

__all__ = ["LagRidge", "lags_of"]


class LagRidge(Forecaster):
    """Recursive ridge regression on lags of the weekday-adjusted series, on the asinh scale.

    Lags 1 to 7, and one to four seasons back. Forecasts revert to the mean of the last eight weeks.
    Outliers are winsorised first (:func:`orchestration.forecasting.signal.outliers.winsorised`).

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    alpha : float
        Penalty per row, relative to the variance of the series.
    window : int
        Last days to fit; older weeks have little information about the next ones.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        alpha: float = presets.RIDGE_ALPHA,
        window: int = presets.RIDGE_DAYS,
    ):
        super().__init__(horizon, season)
        self.alpha = alpha
        self.window = window

    def _extend(self, days):
        scale = asinh_scale(days)
        z = winsorised(np.arcsinh(days[:, -self.window :] / scale), self.season)
        rest, future_index = weekday_adjusted(z, self.season, self.horizon)
        usual = np.nanmean(rest[:, -presets.SCALE_DAYS :], axis=1, keepdims=True)
        rest = rest - usual
        lags = lags_of(self.season, rest.shape[1])
        coefficients = self._coefficients(rest, lags)
        longest = lags.max()
        path = np.zeros((len(rest), longest + self.horizon))
        path[:, :longest] = np.nan_to_num(rest[:, -longest:])
        # Recursion must not diverge: the path stays within the range of the history.
        low, high = np.nanmin(rest, axis=1), np.nanmax(rest, axis=1)
        for step in range(self.horizon):
            value = np.einsum("np,np->n", path[:, longest + step - lags], coefficients)
            path[:, longest + step] = np.clip(value, low, high)
        return np.sinh(path[:, longest:] + usual + future_index) * scale

    def _coefficients(self, z: np.ndarray, lags: np.ndarray) -> np.ndarray:
        """Return the ridge solution of every row, of shape (n, lags)."""
        longest = lags.max()
        rows = np.arange(longest, z.shape[1])
        target = z[:, rows]
        features = z[:, rows[:, None] - lags]
        known = ~np.isnan(features).any(axis=2)
        features = np.where(known[:, :, None], features, 0.0)
        target = np.where(known, target, 0.0)
        count = known.sum(axis=1)
        variance = np.nanvar(z, axis=1)
        gram = np.matmul(features.transpose(0, 2, 1), features)
        moment = np.matmul(features.transpose(0, 2, 1), target[:, :, None])[:, :, 0]
        penalty = (self.alpha * count + 1) * variance + presets.TINY
        gram[:, np.arange(len(lags)), np.arange(len(lags))] += penalty[:, None]
        return np.linalg.solve(gram, moment[:, :, None])[:, :, 0]


def lags_of(season: int, n_days: int) -> np.ndarray:
    """Return the lags for which a history is long enough.

    Parameters
    ----------
    season : int
        Days of a season.
    n_days : int
        Days of the history.

    Returns
    -------
    ndarray of int
        Rising, at least lag 1; none longer than half of the history.
    """
    near = range(1, (min(season, presets.WEEK) if season > 1 else presets.WEEK) + 1)
    lags = sorted({*near, *(season * k for k in range(1, presets.RIDGE_SEASONS + 1))})
    return np.array([lag for lag in lags if lag <= max(n_days // 2, 1)])
