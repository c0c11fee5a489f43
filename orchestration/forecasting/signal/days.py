"""Helpers for matrices of daily values: a row per series, a column per day."""

import numpy as np

__all__ = ["first_days", "phase_matrix"]


def first_days(days: np.ndarray) -> np.ndarray:
    """Return the column of each history's first day.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.

    Returns
    -------
    ndarray of shape (n_series,)
        Positions in `days`.
    """
    return np.isnan(days).sum(axis=1)


def phase_matrix(days: np.ndarray, season: int, seasons: int) -> np.ndarray:
    """Return the last seasons of every history, arranged by phase.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.
    seasons : int
        Number of seasons; days before the first column are ``nan``.

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
