"""Smearing factor: the ratio of mean to median, so that forecast days add up to totals."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.signal.days import phase_matrix

__all__ = ["smearing_factor"]


def smearing_factor(days: np.ndarray, season: int) -> float:
    """Return the ratio of mean to median days, pooled over series.

    The median minimises the absolute error of a day. Costs are skewed: a few expensive days make a
    good part of a month, so the medians of days add up to less than the month. Mean and median are
    taken by weekday over the last eight weeks. Their ratio is pooled over all series (sum over
    sum), as that of a single series is too noisy. It is then shrunk towards 1 by a positive-part
    James-Stein factor, 1 - 2 x variance / distance^2 (James & Stein, Estimation with quadratic
    loss, 1961), with the variance of a ratio of sums over series and weekdays (Cochran, Sampling
    Techniques, 1977, 6.3). The factor 2 ensures that one expensive day of one series has no effect.

    Duan, Smearing estimate, JASA 78 (1983), does the same for predictions on a log scale, as the
    warehouse does for predicted costs of runs.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.
    season : int
        Days of a season.

    Returns
    -------
    float
        From 0.5 to 2; 1 where the median of all days is 0 or there is no series.
    """
    recent = phase_matrix(days, season, presets.SMEARING_SEASONS)
    known = ~np.isnan(recent)
    n_days = known.sum(axis=1)
    has_days = n_days > 0
    sums = np.where(known, recent, 0.0).sum(axis=1)[has_days]
    filled = np.where(has_days[:, None], recent, 0.0)
    medians = (n_days * np.nanmedian(filled, axis=1))[has_days]
    if medians.sum() <= 0:
        return 1.0
    ratio = sums.sum() / medians.sum()
    variance = ((sums - ratio * medians) ** 2).sum() / medians.sum() ** 2
    distance = ratio - 1
    shrinkage = max(0.0, 1 - 2 * variance / distance**2) if distance else 0.0
    return float(np.clip(1 + shrinkage * distance, *presets.SMEARING_BOUNDS))
