"""Trailing zeros: the probability that an inactive series has not ended."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.signal.days import first_days

__all__ = ["probability_active"]


def probability_active(days: np.ndarray, season: int) -> np.ndarray:
    """Return the probability that each series is still active.

    By Bayes' rule, with a constant hazard of ending on each day. If the series is active, its
    trailing zeros occurred by chance, with the probability of a zero on that weekday: high where
    it rarely runs, low where it ran every day. Schmittlein, Morrison & Colombo, Counting your
    customers: who are they and what will they do next?, Management Science 33 (1987), estimate the
    same for customers. Inactivity no longer than an earlier pause is no evidence of an end.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series,)
        From 0 to 1; 1 where the last day is not 0.
    """
    probability = np.ones(len(days))
    is_active = (days != 0) & ~np.isnan(days)
    n_zeros = np.where(is_active.any(axis=1), np.argmax(is_active[:, ::-1], axis=1), 0)
    rows = np.flatnonzero(n_zeros)
    rows = rows[n_zeros[rows] > _longest_pause(is_active[rows])]
    if len(rows):
        n_known = days.shape[1] - first_days(days[rows])
        probability[rows] = _by_bayes(is_active[rows], n_zeros[rows], n_known, season)
    return probability


def _longest_pause(is_active: np.ndarray) -> np.ndarray:
    """Return the longest run of inactive days between active ones (n,)."""
    position = np.arange(is_active.shape[1])
    latest = np.maximum.accumulate(np.where(is_active, position, -1), axis=1)
    before = latest[:, :-1]
    pause = np.where(is_active[:, 1:] & (before >= 0), position[1:] - before - 1, 0)
    return pause.max(axis=1, initial=0)


def _by_bayes(
    is_active: np.ndarray, n_zeros: np.ndarray, n_known: np.ndarray, season: int
) -> np.ndarray:
    days_back = n_zeros[:, None] + np.arange(presets.ACTIVITY_DAYS)  # counted from the last day
    is_known = days_back < n_known[:, None]
    columns = np.maximum(is_active.shape[1] - 1 - days_back, 0)
    was_active = is_active[np.arange(len(is_active))[:, None], columns] & is_known
    overall_rate = (was_active.sum(axis=1) + 0.5) / (is_known.sum(axis=1) + 1)
    still_active, ended = np.ones(len(n_zeros)), np.zeros(len(n_zeros))
    for k in range(n_zeros.max()):
        day = n_zeros - 1 - k  # the first inactive day first
        same_weekday = is_known & ((days_back - day[:, None]) % season == 0)
        rate = ((was_active & same_weekday).sum(axis=1) + overall_rate) / (
            same_weekday.sum(axis=1) + 1
        )
        is_inactive = k < n_zeros
        ended += np.where(is_inactive, presets.HAZARD * still_active, 0.0)
        likelihood = (1 - rate) ** presets.EFFECTIVE_SHARE * (1 - presets.HAZARD)
        still_active *= np.where(is_inactive, likelihood, 1.0)
    return still_active / (still_active + ended)
