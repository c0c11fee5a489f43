"""Median of the last same weekdays."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.signal.days import phase_matrix

__all__ = ["WeekdayMedian"]


class WeekdayMedian(Forecaster):
    """Median of the last same weekdays, adjusted to the current level.

    F_d = median of the last 8 same phases x clip(median of 14 days / median of 56 days,
    0.5, 2)^0.7. The ratio is 1 if the medians have different signs or one is 0.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    seasons : int
        Number of same phases. More is more stable, fewer adapts faster to a change.
    power : float
        How much of the change of level is followed: 0 none, 1 all.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        seasons: int = presets.MEDIAN_SEASONS,
        power: float = presets.LEVEL_POWER,
    ):
        super().__init__(horizon, season)
        self.seasons = seasons
        self.power = power

    def _extend(self, days):
        if self.season == 1:
            pattern = np.nanmedian(days[:, -presets.SCALE_DAYS :], axis=1, keepdims=True)
        else:
            pattern = _nanmedian(phase_matrix(days, self.season, self.seasons))
        recent = np.nanmedian(days[:, -presets.RECENT_LEVEL_DAYS :], axis=1)
        usual = np.nanmedian(days[:, -presets.SCALE_DAYS :], axis=1)
        means_something = recent * usual > 0
        ratio = np.where(means_something, recent, 1) / np.where(means_something, usual, 1)
        level = np.clip(ratio, *presets.LEVEL_BOUNDS) ** self.power
        return (pattern * level[:, None])[:, np.arange(self.horizon) % self.season]


def _nanmedian(by_phase: np.ndarray) -> np.ndarray:
    """Return the median over seasons; for a phase without days, the median of the row."""
    unknown = np.isnan(by_phase).all(axis=1)
    if not unknown.any():
        return np.nanmedian(by_phase, axis=1)
    overall = np.nanmedian(by_phase.reshape(len(by_phase), -1), axis=1)
    filled = by_phase.copy()
    filled[:, -1] = np.where(unknown, overall[:, None], filled[:, -1])
    return np.nanmedian(filled, axis=1)
