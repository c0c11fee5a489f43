"""The wave of the year: as much of it as would have helped in the past."""

from dataclasses import dataclass

import numpy as np

from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.scale import asinh_scale

__all__ = ["Tried", "believed_waves", "try_waves", "without_wave"]

YEAR_DAYS = 365.25
_WEEK = 7
# Waves a year and their sum can hold: 1 is summer and winter, 3 turns six times a year.
_MOST_WAVES = 3
# A year and a month: with less, the wave of a year is a trend.
_SHORTEST_WEEKS = 57
_SHORTEST_DAYS = _SHORTEST_WEEKS * _WEEK
# What a forecast stands on without the wave, and how far apart past trials are.
_LEVEL_WEEKS = 4
_STEP_WEEKS = 2
_MOST_WEEKS_BACK = 52
# The others' trials count as much as this many series like a series' own.
_PRIOR_SERIES = 2.0


@dataclass(frozen=True)
class Tried:
    """What waves were worth in the past of all series, to be believed of each.

    Attributes
    ----------
    waves : int
        A year; 0 if no history was long enough to try.
    gain : float
        Mean over series of sum(d x e): d the change that the wave foretold, e the change that came.
    power : float
        Mean over series of sum(d x d).
    """

    waves: int = 0
    gain: float = 0.0
    power: float = 0.0


def try_waves(days: np.ndarray, horizon: int) -> Tried:
    """Try waves at earlier days, and keep the number that would have helped most.

    Every two weeks of the last year, from what was known then, a line and k waves a year are
    fitted by least squares to the weekly means of asinh(y / s). Against the mean of the last four
    weeks, the waves foretell the changes d of the weeks of the horizon, and e came. The best share
    of them to believe is sum(d x e) / sum(d x d): 1 for a pure wave, about 0 for a random walk,
    which looks like one in what is known and goes on otherwise.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    horizon : int
        Days to forecast.

    Returns
    -------
    Tried
        The number of waves that would have taken most out of the squared error of all series.
    """
    z = np.arcsinh(days / asinh_scale(days))
    best, taken_out = Tried(), -1.0
    for waves in range(1, _MOST_WAVES + 1):
        gain, power = _trials(z, waves, horizon)
        tried = power > 0
        if not tried.any():
            continue
        one = Tried(waves, float(gain[tried].mean()), float(power[tried].mean()))
        share = np.clip(one.gain / one.power, 0, 1)
        less = (2 * share * one.gain - share**2 * one.power) * tried.sum()
        if less > taken_out:
            best, taken_out = one, less
    return best


def believed_waves(days: np.ndarray, horizon: int, tried: Tried) -> np.ndarray:
    """Return each series' wave, in the past and to come, as far as it is believed.

    The share is that of its own past trials, drawn to that of all series, from 0 to 1.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    horizon : int
        Days to forecast.
    tried : Tried
        From :func:`try_waves`.

    Returns
    -------
    ndarray of shape (n_series, n_days + horizon)
        On the scale of asinh(y / s); 0 for histories of less than 57 weeks.
    """
    n, n_days = days.shape
    if not tried.waves or n_days < _SHORTEST_DAYS:
        return np.zeros((n, n_days + horizon))
    z = np.arcsinh(days / asinh_scale(days))
    gain, power = _trials(z, tried.waves, horizon)
    power = power + _PRIOR_SERIES * tried.power
    share = np.clip((gain + _PRIOR_SERIES * tried.gain) / np.where(power > 0, power, np.inf), 0, 1)
    is_long = n_days - first_days(days) >= _SHORTEST_DAYS
    share = np.where(is_long, share, 0.0)
    weeks = _weekly_means(z)
    fit = _Fit(weeks, tried.waves)
    fit.learn(0, weeks.shape[1])
    waves = fit.coefficients() @ _waves(np.arange(1 - n_days, horizon + 1.0), tried.waves).T
    return share[:, None] * waves


def without_wave(days: np.ndarray, wave: np.ndarray) -> np.ndarray:
    """Take a wave out of histories.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    wave : ndarray of shape (n_series, n_days)
        From :func:`believed_waves`.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        In the unit of the histories; a day of 0, which is an outage or a day off, stays one.
    """
    scale = asinh_scale(days)
    return np.where(days == 0, 0.0, np.sinh(np.arcsinh(days / scale) - wave) * scale)


class _Fit:
    """Least squares of weekly means on a line and waves, from sums that grow week by week."""

    def __init__(self, weeks: np.ndarray, waves: int):
        position = (np.arange(weeks.shape[1]) - (weeks.shape[1] - 1.0)) * _WEEK - _WEEK // 2
        self.waves = _waves(position, waves)
        line = np.stack([np.ones_like(position), position / YEAR_DAYS], axis=1)
        self._design = np.hstack([line, self.waves])
        self._is_known = ~np.isnan(weeks)
        self._values = np.where(self._is_known, weeks, 0.0)
        size = self._design.shape[1]
        self._gram = np.zeros((len(weeks), size, size)) + 1e-6 * np.eye(size)
        self._moment = np.zeros((len(weeks), size))

    def learn(self, first: int, end: int) -> None:
        """Add weeks from the first up to, not including, the end."""
        design = self._design[first:end]
        products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
        self._gram += (self._is_known[:, first:end] @ products).reshape(self._gram.shape)
        self._moment += self._values[:, first:end] @ design

    def coefficients(self) -> np.ndarray:
        """Return those of the waves, of shape (n, 2 x waves)."""
        return np.linalg.solve(self._gram, self._moment[:, :, None])[:, 2:, 0]


def _trials(z: np.ndarray, waves: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of d x e and of d x d (n,); 0 for histories too short to try."""
    weeks = _weekly_means(z)
    n, count = weeks.shape
    gain, power = np.zeros(n), np.zeros(n)
    ahead = -(-horizon // _WEEK)
    first = first_days(weeks)
    earliest = max(_SHORTEST_WEEKS, count - _MOST_WEEKS_BACK)
    origins = range(count - ahead, earliest - 1, -_STEP_WEEKS)[::-1]
    fit, learnt = _Fit(weeks, waves), 0
    for origin in origins:
        fit.learn(learnt, origin)
        learnt = origin
        curve = fit.coefficients() @ fit.waves[origin - _LEVEL_WEEKS : origin + ahead].T
        came = weeks[:, origin - _LEVEL_WEEKS : origin + ahead]
        foretold, change = (
            part[:, _LEVEL_WEEKS:] - part[:, :_LEVEL_WEEKS].mean(axis=1, keepdims=True)
            for part in (curve, came)
        )
        is_long = origin - first >= _SHORTEST_WEEKS
        gain += np.where(is_long, np.nan_to_num(foretold * change).sum(axis=1), 0.0)
        power += np.where(is_long, (foretold * foretold).sum(axis=1), 0.0)
    return gain, power


def _weekly_means(z: np.ndarray) -> np.ndarray:
    """Return means of whole weeks up to the last day (n, weeks)."""
    count = z.shape[1] // _WEEK
    return z[:, z.shape[1] - count * _WEEK :].reshape(len(z), count, _WEEK).mean(axis=2)


def _waves(position: np.ndarray, waves: int) -> np.ndarray:
    """Return sines and cosines of days from the last (len(position), 2 x waves)."""
    angles = 2 * np.pi / YEAR_DAYS * position[:, None] * np.arange(1, waves + 1)
    return np.hstack([np.sin(angles), np.cos(angles)])
