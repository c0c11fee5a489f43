"""What is asked of rows of days again and again."""

import numpy as np

__all__ = ["first_days", "phase_matrix"]


def first_days(days: np.ndarray) -> np.ndarray:
    """Return where each history begins.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.

    Returns
    -------
    ndarray of shape (n_series,)
        The column of the first day.
    """
    return np.isnan(days).sum(axis=1)


def phase_matrix(days: np.ndarray, season: int, seasons: int) -> np.ndarray:
    """Return the last seasons of every history, phase by phase.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.
    seasons : int
        How many to take; what lies before the first column is ``nan``.

    Returns
    -------
    ndarray of shape (n_series, seasons, season)
        Column 0 is the phase of the first day to forecast.
    """
    wanted = season * seasons
    missing = wanted - days.shape[1]
    if missing > 0:
        days = np.pad(days, ((0, 0), (missing, 0)), constant_values=np.nan)
    return days[:, -wanted:].reshape(len(days), seasons, season)
