"""Forecasts of series that are too short or too sparse for the median of all members."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.signal.days import first_days, phase_matrix

__all__ = ["FALLBACKS", "fallbacks_of", "phase_means"]

# In ascending order of how much history a series has.
FALLBACKS = ("dead", "mean", "seasonal_naive_and_mean", "weekday_and_holt_winters", "sparse", "")


def fallbacks_of(days: np.ndarray, season: int) -> np.ndarray:
    """Return the fallback of each series.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of str of shape (n_series,)
        One of `FALLBACKS`; empty where the weighted median is used.
    """
    week = max(season, presets.WEEK)
    known = days.shape[1] - first_days(days)
    recent = days[:, -presets.RECENT_SEASONS * week :]
    is_active = (recent != 0) & ~np.isnan(recent)
    share = is_active.sum(axis=1) / np.minimum(known, recent.shape[1])
    return np.select(
        [
            (share == 0),
            known < week,
            known < presets.NAIVE_AND_MEAN_WEEKS * week,
            known < presets.ALL_MEMBERS_WEEKS * week,
            share < presets.SPARSE_BELOW,
        ],
        FALLBACKS[:-1],
        FALLBACKS[-1],
    )


def phase_means(days: np.ndarray, season: int) -> np.ndarray:
    """Return the mean of each phase (n, season), shrunk towards the mean of all days.

    The shrinkage compares the variance between phases with that within phases (James-Stein): a
    job that runs on Mondays keeps its Mondays, one that runs on any day has the same mean each day.
    """
    week = max(season, presets.WEEK)
    recent = phase_matrix(days, season, max(presets.RECENT_SEASONS * week // season, 1))
    known = ~np.isnan(recent)
    count = np.maximum(known.sum(axis=1), 1)
    means = np.where(known, recent, 0).sum(axis=1) / count
    overall = np.where(known, recent, 0).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1)
    within = np.where(known, (recent - means[:, None]) ** 2, 0).sum(axis=(1, 2))
    error = within / np.maximum((count - 1).sum(axis=1), 1) / count.mean(axis=1)
    between = ((means - overall[:, None]) ** 2).sum(axis=1) / max(season - 1, 1)
    shrinkage = np.clip(1 - error / np.where(between > 0, between, np.inf), 0, 1)
    return overall[:, None] + shrinkage[:, None] * (means - overall[:, None])
