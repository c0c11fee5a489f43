"""Series that have fallen silent: how likely they are to go on."""

import numpy as np

from orchestration.forecasting.signal.days import first_days

__all__ = ["share_alive"]

# Days of use before the silence that say what is usual.
_USUAL_DAYS = 56
# Of a series that runs, one in a hundred ends on any day.
_ENDS_A_DAY = 0.01
# Days are not independent: who rests today is likelier to rest tomorrow. Two silent days count as
# one.
_INDEPENDENT = 0.5


def share_alive(days: np.ndarray, season: int) -> np.ndarray:
    """Return how likely series that have fallen silent are to go on.

    By Bayes' rule. If a series had not ended, its last days would have been silent by chance:
    likely on weekdays on which it rarely runs, unlikely where it ran every day. It may have ended
    on any of them. Schmittlein, Morrison & Colombo, Counting your customers: who are they and what
    will they do next?, Management Science 33 (1987), ask the same of customers. A silence no
    longer than an earlier one that ended is no sign.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series,)
        From 0 to 1, which it is where the last day was not 0.
    """
    alive = np.ones(len(days))
    is_busy = (days != 0) & ~np.isnan(days)
    silent = np.where(is_busy.any(axis=1), np.argmax(is_busy[:, ::-1], axis=1), 0)
    rows = np.flatnonzero(silent)
    rows = rows[silent[rows] > _longest_pause(is_busy[rows])]
    if len(rows):
        known = days.shape[1] - first_days(days[rows])
        alive[rows] = _by_bayes(is_busy[rows], silent[rows], known, season)
    return alive


def _longest_pause(is_busy: np.ndarray) -> np.ndarray:
    """Return the longest run of silent days between busy ones (n,)."""
    position = np.arange(is_busy.shape[1])
    latest = np.maximum.accumulate(np.where(is_busy, position, -1), axis=1)
    before = latest[:, :-1]
    pause = np.where(is_busy[:, 1:] & (before >= 0), position[1:] - before - 1, 0)
    return pause.max(axis=1, initial=0)


def _by_bayes(
    is_busy: np.ndarray, silent: np.ndarray, known: np.ndarray, season: int
) -> np.ndarray:
    back = silent[:, None] + np.arange(_USUAL_DAYS)  # days before the last
    counts = back < known[:, None]
    columns = np.maximum(is_busy.shape[1] - 1 - back, 0)
    ran = is_busy[np.arange(len(is_busy))[:, None], columns] & counts
    usual = (ran.sum(axis=1) + 0.5) / (counts.sum(axis=1) + 1)
    unlikely, ended = np.ones(len(silent)), np.zeros(len(silent))
    for k in range(silent.max()):
        day = silent - 1 - k  # of the silence, the first one first
        same = counts & ((back - day[:, None]) % season == 0)
        chance = ((ran & same).sum(axis=1) + usual) / (same.sum(axis=1) + 1)
        is_on = k < silent
        ended += np.where(is_on, _ENDS_A_DAY * unlikely, 0.0)
        quiet = (1 - chance) ** _INDEPENDENT * (1 - _ENDS_A_DAY)
        unlikely *= np.where(is_on, quiet, 1.0)
    return unlikely / (unlikely + ended)
