"""Holt-Winters without a trend, on winsorised data."""

import itertools
from collections import deque

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.outliers import winsorised
from orchestration.forecasting.signal.scale import asinh_scale

__all__ = ["HoltWinters"]


class HoltWinters(Forecaster):
    """Level and additive weekday pattern without a trend, (A, N, A), on the asinh scale.

    e = z - (l + S_d); l += a e; S_d += g e. The level starts at the mean of the first two
    seasons, the pattern at their mean deviation from it. The rates a and g minimise the squared
    error from the third season on, a week ahead rather than a day ahead: the best rate for one day
    follows noise, which shifts the whole horizon. Outliers are winsorised first
    (:func:`~orchestration.forecasting.signal.outliers.winsorised`). Hyndman et al., Forecasting
    with exponential smoothing (2008), ETS(A,N,A).

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    level_rates, season_rates : tuple of float
        Values of a and g to select from.
    lead : int
        Days ahead at which their errors are compared.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        *,
        level_rates: tuple[float, ...] = presets.LEVEL_RATES,
        season_rates: tuple[float, ...] = presets.SEASON_RATES,
        lead: int = presets.RATE_LEAD_DAYS,
    ):
        super().__init__(horizon, season)
        self.level_rates = level_rates
        self.season_rates = season_rates
        self.lead = lead

    def _extend(self, days):
        scale = asinh_scale(days)
        z = winsorised(np.arcsinh(days / scale), self.season)
        level, pattern = self._states(z)
        forecast = level[:, None] + pattern[:, np.arange(self.horizon) % self.season]
        return np.sinh(forecast) * scale

    def _states(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the last level (n,) and pattern (n, season) of the best rates of each row."""
        season = self.season
        choices = self.season_rates if season > 1 else (0.0,)
        grid = np.array(list(itertools.product(self.level_rates, choices)))
        rates, season_rates = grid[:, 0], grid[:, 1]
        start = first_days(z)
        level, pattern = _first_states(z, start, season)
        level = np.repeat(level[:, None], len(grid), axis=1)
        pattern = np.repeat(pattern[:, :, None], len(grid), axis=2)
        error = np.zeros_like(level)
        earlier = deque([level.copy()] * self.lead, maxlen=self.lead)  # the last is today's
        for t in range(start.min(), z.shape[1]):
            phase = (t - z.shape[1]) % season
            rest = z[:, t, None] - pattern[:, phase]
            missed = rest - earlier[0]
            missed[t < start + 2 * season] = 0.0
            error += missed * missed
            e = rest - level
            e[t < start] = 0.0
            level += rates * e
            pattern[:, phase] += season_rates * e
            earlier.append(level.copy())
        best = error.argmin(axis=1)
        rows = np.arange(len(z))
        return level[rows, best], pattern[rows, :, best]


def _first_states(z: np.ndarray, start: np.ndarray, season: int) -> tuple[np.ndarray, np.ndarray]:
    """Return level (n,) and pattern (n, season) over the first two seasons of each row."""
    columns = start[:, None] + np.arange(2 * season)
    rows = np.arange(len(z))[:, None]
    head = np.where(columns < z.shape[1], z[rows, np.minimum(columns, z.shape[1] - 1)], np.nan)
    level = np.nanmean(head, axis=1)
    pattern = np.zeros((len(z), season))
    if season > 1:
        phases = (columns - z.shape[1]) % season
        for k in range(season):
            at = np.where(phases == k, head - level[:, None], np.nan)
            known = ~np.isnan(at)
            pattern[:, k] = np.where(known, at, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return level, pattern
