"""Median of the last same weekdays."""

import numpy as np

from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.signal.days import phase_matrix
from orchestration.forecasting.signal.scale import SCALE_DAYS

__all__ = ["WeekdayMedian"]


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


def _nanmedian(by_phase: np.ndarray) -> np.ndarray:
    """Return the median over seasons; the row's own median where a phase has no day."""
    unknown = np.isnan(by_phase).all(axis=1)
    if not unknown.any():
        return np.nanmedian(by_phase, axis=1)
    overall = np.nanmedian(by_phase.reshape(len(by_phase), -1), axis=1)
    filled = by_phase.copy()
    filled[:, -1] = np.where(unknown, overall[:, None], filled[:, -1])
    return np.nanmedian(filled, axis=1)
