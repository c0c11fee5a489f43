"""The members of the median that learn from one series alone."""

import itertools
from collections import deque

import numpy as np

from orchestration.forecasting.base import Forecaster, first_days, phase_matrix
from orchestration.forecasting.baselines import masked_line
from orchestration.forecasting.scale import SCALE_DAYS, asinh_scale

__all__ = ["HoltWinters", "LagRidge", "SeasonalTheta", "WeekdayMedian"]


class WeekdayMedian(Forecaster):
    """Median of the last same weekdays, moved half-way to today's level.

    F_d = median of the last 8 same phases x clip(median of 14 days / median of 56 days,
    0.5, 2)^0.7. The ratio is taken as 1 where the medians have different signs or one is 0, where
    it would mean nothing.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    seasons : int
        Same phases to take the median of. More is steadier, fewer follows a change sooner.
    power : float
        How much of the change of level to believe: 0 none, 1 all.
    """

    def __init__(self, horizon: int = 7, season: int = 7, seasons: int = 8, power: float = 0.7):
        super().__init__(horizon, season)
        self.seasons = seasons
        self.power = power

    def _extend(self, days):
        if self.season == 1:
            pattern = np.nanmedian(days[:, -SCALE_DAYS:], axis=1, keepdims=True)
        else:
            pattern = _nanmedian(phase_matrix(days, self.season, self.seasons))
        recent = np.nanmedian(days[:, -SCALE_DAYS // 4 :], axis=1)
        usual = np.nanmedian(days[:, -SCALE_DAYS:], axis=1)
        means_something = recent * usual > 0
        ratio = np.where(means_something, recent, 1) / np.where(means_something, usual, 1)
        level = np.clip(ratio, 0.5, 2.0) ** self.power
        return (pattern * level[:, None])[:, np.arange(self.horizon) % self.season]


class SeasonalTheta(Forecaster):
    """Theta on weekday-adjusted data: half a line, half smoothing of what is left.

    On the asinh scale, on which a pattern that grows with its series is additive. The weekday
    index is the mean distance of each phase from a centred mean of a season, over the whole
    history. The rest z is forecast by (line + SES(2z - line)) / 2, the smoothing constant chosen
    by the squared error of one day ahead. Assimakopoulos & Nikolopoulos, The theta model,
    International Journal of Forecasting 16 (2000).

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    alphas : tuple of float
        Smoothing constants to choose from.
    """

    def __init__(
        self,
        horizon: int = 7,
        season: int = 7,
        alphas: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9),
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


class HoltWinters(Forecaster):
    """Level and additive weekday pattern without a trend, (A, N, A), on the asinh scale.

    e = z - (l + S_d); l += a e; S_d += g e. The level starts at the mean of the first two
    seasons, the pattern at their mean distance from it; a and g are chosen by the squared error
    from the third season on, of a week ahead rather than a day: the best rate for tomorrow runs
    after yesterday's noise, and the whole horizon pays for it. Hyndman et al., Forecasting with
    exponential smoothing (2008), ETS(A,N,A).

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    level_rates, season_rates : tuple of float
        Values of a and g to choose from.
    lead : int
        Days ahead at which they are judged.
    """

    def __init__(
        self,
        horizon: int = 7,
        season: int = 7,
        *,
        level_rates: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75),
        season_rates: tuple[float, ...] = (0.01, 0.03, 0.07, 0.15, 0.3),
        lead: int = 7,
    ):
        super().__init__(horizon, season)
        self.level_rates = level_rates
        self.season_rates = season_rates
        self.lead = lead

    def _extend(self, days):
        scale = asinh_scale(days)
        z = np.arcsinh(days / scale)
        level, pattern = self._states(z)
        forecast = level[:, None] + pattern[:, np.arange(self.horizon) % self.season]
        return np.sinh(forecast) * scale

    def _states(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the last level (n,) and pattern (n, season) of the best rates of each row."""
        season = self.season
        season_rates = self.season_rates if season > 1 else (0.0,)
        grid = np.array(list(itertools.product(self.level_rates, season_rates)))
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


class LagRidge(Forecaster):
    """Ridge on earlier days, weekday-adjusted on the asinh scale, each forecast feeding the next.

    Lags 1 to 7, and one to four seasons back. What the lags do not explain falls back to the mean
    of the last eight weeks.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    alpha : float
        Penalty, as a share of the rows: what a coefficient costs against the series' variance.
    window : int
        Last days to learn from; older weeks say little about the coming ones.
    """

    def __init__(self, horizon: int = 7, season: int = 7, alpha: float = 0.02, window: int = 364):
        super().__init__(horizon, season)
        self.alpha = alpha
        self.window = window

    def _extend(self, days):
        scale = asinh_scale(days)
        z = np.arcsinh(days[:, -self.window :] / scale)
        rest, future_index = weekday_adjusted(z, self.season, self.horizon)
        usual = np.nanmean(rest[:, -SCALE_DAYS:], axis=1, keepdims=True)
        rest = rest - usual
        lags = lags_of(self.season, rest.shape[1])
        coefficients = self._coefficients(rest, lags)
        longest = lags.max()
        path = np.zeros((len(rest), longest + self.horizon))
        path[:, :longest] = np.nan_to_num(rest[:, -longest:])
        # Feedback must not run away: the path stays within what the series has been.
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
        penalty = (self.alpha * count + 1) * variance + 1e-9
        gram[:, np.arange(len(lags)), np.arange(len(lags))] += penalty[:, None]
        return np.linalg.solve(gram, moment[:, :, None])[:, :, 0]


def lags_of(season: int, n_days: int) -> np.ndarray:
    """Return the lags that a history is long enough for.

    Arguments
    ---------
    season : int
        Days of a season.
    n_days : int
        Days of the history.

    Returns
    -------
    ndarray of int
        Rising, at least lag 1; none longer than half of the history.
    """
    near = range(1, min(season, 7) + 1) if season > 1 else range(1, 8)
    lags = sorted({*near, *(season * k for k in range(1, 5))})
    return np.array([lag for lag in lags if lag <= max(n_days // 2, 1)])


def weekday_adjusted(
    values: np.ndarray, season: int, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Take the season out of histories.

    Arguments
    ---------
    values : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.
    horizon : int
        Days to forecast.

    Returns
    -------
    rest : ndarray of shape (n_series, n_days)
        Histories less the index of their phase.
    future_index : ndarray of shape (n_series, horizon)
        What to add to forecasts of the rest.
    """
    index = season_index(values, season)
    back = np.arange(-values.shape[1], 0) % season
    return values - index[:, back], index[:, np.arange(horizon) % season]


def season_index(days: np.ndarray, season: int) -> np.ndarray:
    """Return the mean distance of each phase from a centred mean of a season.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series, season)
        Sums to 0 in each row; column 0 is the phase of the first day to forecast. All 0 for a
        history shorter than two seasons, or a season of 1.
    """
    if season == 1 or days.shape[1] < 2 * season:
        return np.zeros((len(days), season))
    half = season // 2
    if season % 2:
        weights = np.full(season, 1 / season)
    else:  # the ends of an even season count half
        weights = np.r_[0.5, np.ones(season - 1), 0.5] / season
    windows = np.lib.stride_tricks.sliding_window_view(days, len(weights), axis=1)
    distance = np.full(days.shape, np.nan)
    distance[:, half : half + windows.shape[1]] = (
        days[:, half : half + windows.shape[1]] - windows @ weights
    )
    seasons = -(-days.shape[1] // season)
    by_phase = phase_matrix(distance, season, seasons)
    known = ~np.isnan(by_phase)
    count = known.sum(axis=1)
    index = np.where(known, by_phase, 0).sum(axis=1) / np.maximum(count, 1)
    index = np.where((count > 0).all(axis=1, keepdims=True), index, 0.0)
    return index - index.mean(axis=1, keepdims=True)


def smoothed_level(values: np.ndarray, alphas: tuple[float, ...]) -> np.ndarray:
    """Smooth each row exponentially with the constant of least squared error.

    Arguments
    ---------
    values : ndarray of shape (n_series, n_days)
        Values, ``nan`` before the first.
    alphas : tuple of float
        Constants to choose from.

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


def _nanmedian(by_phase: np.ndarray) -> np.ndarray:
    """Return the median over seasons; the row's own median where a phase has no day."""
    unknown = np.isnan(by_phase).all(axis=1)
    if not unknown.any():
        return np.nanmedian(by_phase, axis=1)
    overall = np.nanmedian(by_phase.reshape(len(by_phase), -1), axis=1)
    filled = by_phase.copy()
    filled[:, -1] = np.where(unknown, overall[:, None], filled[:, -1])
    return np.nanmedian(filled, axis=1)
