"""How much more days add up to than usual days do."""

import numpy as np

from orchestration.forecasting.signal.days import phase_matrix

__all__ = ["expected_over_usual"]

# Twelve weeks gave the same errors on the generated sets, and follow a change later.
_SEASONS = 8
# A mean of more than twice the median is made by single days, which come again or do not.
_BOUNDS = (0.5, 2.0)


def expected_over_usual(days: np.ndarray, season: int) -> float:
    """Return the mean day over the usual day, for series that share it.

    A median says what a day is like, and has the least error on a day. Costs are skewed: a few
    dear days make a good part of a month, so that medians of days add up to less than the month.
    The ratio of the two, each by weekday over the last eight weeks, is pooled over all series,
    because that of one is made by its luck: sums over sums. What chance may have made of it is
    taken off (James & Stein, Estimation with quadratic loss, 1961): of its distance from 1 as much
    is kept as the distance squared is larger than twice its variance, which is that of a ratio of
    sums over series and weekdays (Cochran, Sampling Techniques, 1977, 6.3). Twice, so that a
    single day, however dear, makes no difference to a series alone.

    Duan, Smearing estimate, JASA 78 (1983), does the same for predictions on a log scale, as the
    warehouse does for predicted costs of runs.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.
    season : int
        Days of a season.

    Returns
    -------
    float
        From 0.5 to 2; 1 where the median of all days is 0 or there is no series.
    """
    recent = phase_matrix(days, season, _SEASONS)
    known = ~np.isnan(recent)
    n_days = known.sum(axis=1)
    has_days = n_days > 0
    sums = np.where(known, recent, 0.0).sum(axis=1)[has_days]
    filled = np.where(has_days[:, None], recent, 0.0)
    usual = (n_days * np.nanmedian(filled, axis=1))[has_days]
    if usual.sum() <= 0:
        return 1.0
    ratio = sums.sum() / usual.sum()
    variance = ((sums - ratio * usual) ** 2).sum() / usual.sum() ** 2
    distance = ratio - 1
    kept = max(0.0, 1 - 2 * variance / distance**2) if distance else 0.0
    return float(np.clip(1 + kept * distance, *_BOUNDS))
