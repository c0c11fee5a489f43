"""Yearly seasonality: Fourier terms, shrunk by what they predicted in back-tests."""

from dataclasses import dataclass

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.scale import asinh_scale

__all__ = ["YearlyEvidence", "evaluate_harmonics", "remove_component", "yearly_component"]


@dataclass(frozen=True)
class YearlyEvidence:
    """How well harmonics predicted in back-tests of the panel: the prior of each series.

    Attributes
    ----------
    harmonics : int
        Number of harmonics; 0 if no history was long enough for a back-test.
    sum_de : float
        Mean over series of sum(d x e): d is the predicted change, e the actual one.
    sum_dd : float
        Mean over series of sum(d x d).
    """

    harmonics: int = 0
    sum_de: float = 0.0
    sum_dd: float = 0.0


def evaluate_harmonics(days: np.ndarray, horizon: int) -> YearlyEvidence:
    """Back-test yearly harmonics, and keep the number that reduces the error most.

    From origins two weeks apart over the last year, a line and k harmonics are fitted by least
    squares to the weekly means of asinh(y / s) up to the origin. Relative to the mean of the last
    four weeks they predict the changes d of the weeks of the horizon; the actual changes are e.
    The least-squares shrinkage factor is sum(d x e) / sum(d x d): 1 for a pure seasonal pattern,
    about 0 for a random walk, whose past can look seasonal.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    horizon : int
        Days to forecast.

    Returns
    -------
    YearlyEvidence
        Of the number of harmonics that reduces the squared error of all series most.
    """
    z = np.arcsinh(days / asinh_scale(days))
    best, best_reduction = YearlyEvidence(), -1.0
    for harmonics in range(1, presets.MAX_HARMONICS + 1):
        sum_de, sum_dd = _backtest(z, harmonics, horizon)
        tested = sum_dd > 0
        if not tested.any():
            continue
        evidence = YearlyEvidence(
            harmonics, float(sum_de[tested].mean()), float(sum_dd[tested].mean())
        )
        shrinkage = np.clip(evidence.sum_de / evidence.sum_dd, 0, 1)
        reduction = (
            2 * shrinkage * evidence.sum_de - shrinkage**2 * evidence.sum_dd
        ) * tested.sum()
        if reduction > best_reduction:
            best, best_reduction = evidence, reduction
    return best


def yearly_component(days: np.ndarray, horizon: int, evidence: YearlyEvidence) -> np.ndarray:
    """Return each series' yearly component over its history and the horizon.

    It is multiplied by a shrinkage factor from 0 to 1: that of the series' own back-test, shrunk
    towards the panel's.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    horizon : int
        Days to forecast.
    evidence : YearlyEvidence
        From :func:`evaluate_harmonics`.

    Returns
    -------
    ndarray of shape (n_series, n_days + horizon)
        On the scale of asinh(y / s); 0 for histories of less than 57 weeks.
    """
    n, n_days = days.shape
    if not evidence.harmonics or n_days < presets.YEARLY_MIN_WEEKS * presets.WEEK:
        return np.zeros((n, n_days + horizon))
    z = np.arcsinh(days / asinh_scale(days))
    sum_de, sum_dd = _backtest(z, evidence.harmonics, horizon)
    sum_de = sum_de + presets.YEARLY_PRIOR_SERIES * evidence.sum_de
    sum_dd = sum_dd + presets.YEARLY_PRIOR_SERIES * evidence.sum_dd
    shrinkage = np.clip(sum_de / np.where(sum_dd > 0, sum_dd, np.inf), 0, 1)
    is_long = n_days - first_days(days) >= presets.YEARLY_MIN_WEEKS * presets.WEEK
    shrinkage = np.where(is_long, shrinkage, 0.0)
    weeks = _weekly_means(z)
    fit = _HarmonicFit(weeks, evidence.harmonics)
    fit.add(0, weeks.shape[1])
    terms = _fourier_terms(np.arange(1 - n_days, horizon + 1.0), evidence.harmonics)
    return shrinkage[:, None] * (fit.coefficients() @ terms.T)


def remove_component(days: np.ndarray, component: np.ndarray) -> np.ndarray:
    """Remove a yearly component from histories.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    component : ndarray of shape (n_series, n_days)
        From :func:`yearly_component`.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        In the unit of the histories; a day of 0 (an outage, a day off) stays 0.
    """
    scale = asinh_scale(days)
    return np.where(days == 0, 0.0, np.sinh(np.arcsinh(days / scale) - component) * scale)


class _HarmonicFit:
    """Least squares of weekly means on a line and harmonics; weeks are added step by step."""

    def __init__(self, weeks: np.ndarray, harmonics: int):
        position = (
            np.arange(weeks.shape[1]) - (weeks.shape[1] - 1.0)
        ) * presets.WEEK - presets.WEEK // 2
        self.terms = _fourier_terms(position, harmonics)
        line = np.stack([np.ones_like(position), position / presets.YEAR_DAYS], axis=1)
        self._design = np.hstack([line, self.terms])
        self._is_known = ~np.isnan(weeks)
        self._values = np.where(self._is_known, weeks, 0.0)
        size = self._design.shape[1]
        self._gram = np.zeros((len(weeks), size, size)) + presets.YEARLY_RIDGE * np.eye(size)
        self._moment = np.zeros((len(weeks), size))

    def add(self, first: int, end: int) -> None:
        """Add the weeks from `first` up to, but not including, `end`."""
        design = self._design[first:end]
        products = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
        self._gram += (self._is_known[:, first:end] @ products).reshape(self._gram.shape)
        self._moment += self._values[:, first:end] @ design

    def coefficients(self) -> np.ndarray:
        """Return the coefficients of the Fourier terms, of shape (n, 2 x harmonics)."""
        return np.linalg.solve(self._gram, self._moment[:, :, None])[:, 2:, 0]


def _backtest(z: np.ndarray, harmonics: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of d x e and of d x d (n,); 0 for histories too short for a back-test."""
    weeks = _weekly_means(z)
    n, count = weeks.shape
    sum_de, sum_dd = np.zeros(n), np.zeros(n)
    ahead = -(-horizon // presets.WEEK)
    first = first_days(weeks)
    earliest = max(presets.YEARLY_MIN_WEEKS, count - presets.YEARLY_WEEKS_BACK)
    origins = range(count - ahead, earliest - 1, -presets.YEARLY_STEP_WEEKS)[::-1]
    level = presets.YEARLY_LEVEL_WEEKS
    fit, n_added = _HarmonicFit(weeks, harmonics), 0
    for origin in origins:
        fit.add(n_added, origin)
        n_added = origin
        fitted = fit.coefficients() @ fit.terms[origin - level : origin + ahead].T
        actual = weeks[:, origin - level : origin + ahead]
        predicted_change, actual_change = (
            part[:, level:] - part[:, : presets.YEARLY_LEVEL_WEEKS].mean(axis=1, keepdims=True)
            for part in (fitted, actual)
        )
        is_long = origin - first >= presets.YEARLY_MIN_WEEKS
        products = np.nan_to_num(predicted_change * actual_change).sum(axis=1)
        sum_de += np.where(is_long, products, 0.0)
        sum_dd += np.where(is_long, (predicted_change * predicted_change).sum(axis=1), 0.0)
    return sum_de, sum_dd


def _weekly_means(z: np.ndarray) -> np.ndarray:
    """Return means of whole weeks up to the last day (n, weeks)."""
    count = z.shape[1] // presets.WEEK
    return (
        z[:, z.shape[1] - count * presets.WEEK :].reshape(len(z), count, presets.WEEK).mean(axis=2)
    )


def _fourier_terms(position: np.ndarray, harmonics: int) -> np.ndarray:
    """Return sines and cosines at days from the last day (len(position), 2 x harmonics)."""
    angles = 2 * np.pi / presets.YEAR_DAYS * position[:, None] * np.arange(1, harmonics + 1)
    return np.hstack([np.sin(angles), np.cos(angles)])
