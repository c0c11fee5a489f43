"""The global member: one gradient-boosted model for all series."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.members.baselines import SeasonalNaive
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.scale import asinh_scale

__all__ = ["LagBoosting"]


class LagBoosting(Forecaster):
    """One boosted model of the absolute error for all series and all days of the horizon.

    A row is a series, an origin and a day of the horizon. Its features are the latest known values
    of the same phase, recent means, a standard deviation and, where known, the seasonal change a
    year before. All are on the asinh scale of the series at that origin, centred on its level and
    divided by its typical change, so that series of any size share one model. With fewer than
    `min_series` series or `min_rows` rows it is not trained (``is_trained_`` is false) and repeats
    the last season.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    min_series, min_rows : int
        Minimum for training.
    max_rows : int
        Maximum number of rows; of more, a fixed sample is taken. Bounds time and memory.
    max_origins : int
        Maximum number of origins, 3 days apart.
    max_iter : int
        Number of trees.
    random_state : int
        Seed of the sample.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        *,
        min_series: int = presets.BOOSTING_MIN_SERIES,
        min_rows: int = presets.BOOSTING_MIN_ROWS,
        max_rows: int = presets.BOOSTING_MAX_ROWS,
        max_origins: int = presets.BOOSTING_MAX_ORIGINS,
        max_iter: int = presets.BOOSTING_TREES,
        random_state: int = 0,
    ):
        super().__init__(horizon, season)
        self.min_series = min_series
        self.min_rows = min_rows
        self.max_rows = max_rows
        self.max_origins = max_origins
        self.max_iter = max_iter
        self.random_state = random_state

    def _learn(self, days):
        self.is_trained_ = False
        if len(days) < self.min_series:
            return
        rng = np.random.default_rng(self.random_state)
        parts = list(self._training_parts(days, rng))
        if sum(len(target) for _, target in parts) < self.min_rows:
            return
        features = np.concatenate([part for part, _ in parts])
        target = np.concatenate([part for _, part in parts])
        self.model_ = HistGradientBoostingRegressor(
            loss="absolute_error",
            learning_rate=presets.BOOSTING_RATE,
            max_iter=self.max_iter,
            max_leaf_nodes=presets.BOOSTING_LEAVES,
            min_samples_leaf=presets.BOOSTING_LEAF_ROWS,
            early_stopping=False,
            random_state=self.random_state,
        ).fit(features, target)
        self.is_trained_ = True

    def _training_parts(self, days, rng):
        """Yield features and targets per origin, the latest first."""
        start = first_days(days)
        shortest = presets.BOOSTING_LEVEL_SEASONS * max(self.season, presets.WEEK)
        latest, step = days.shape[1] - self.horizon, presets.BOOSTING_STEP_DAYS
        origins = range(latest, shortest - 1, -step)[: self.max_origins]
        if not origins:
            return
        per_origin = max(self.max_rows // len(origins), 1)
        for origin in origins:
            old_enough = np.flatnonzero(origin - start >= shortest)
            # All days of the horizon, of all series or of a sample.
            max_series = max(per_origin // self.horizon, 1)
            if len(old_enough) > max_series:
                old_enough = np.sort(rng.choice(old_enough, max_series, replace=False))
            if not len(old_enough):
                continue
            sample = days[old_enough]
            features, centre, unit, scale = self._features(sample[:, :origin])
            actual = sample[:, origin : origin + self.horizon]
            target = (np.arcsinh(actual / scale) - centre) / unit
            target = np.clip(target, -presets.BOOSTING_MAX_TARGET, presets.BOOSTING_MAX_TARGET)
            yield features.reshape(-1, features.shape[-1]), target.ravel()

    def _extend(self, days):
        if not self.is_trained_:
            return SeasonalNaive(self.horizon, self.season).fit(days).predict(days)
        features, centre, unit, scale = self._features(days)
        predicted = self.model_.predict(features.reshape(-1, features.shape[-1]))
        return np.sinh(predicted.reshape(len(days), -1) * unit + centre) * scale

    def _features(self, days):
        """Return features (n, horizon, p), and centre, unit and scale (n, 1) of the target."""
        weeks = presets.BOOSTING_WINDOW_SEASONS * max(self.season, presets.WEEK)
        window = presets.YEAR_OF_WEEKS + 2 * self.horizon + weeks
        days = days[:, -window:]
        scale = asinh_scale(days)
        z = np.arcsinh(days / scale)
        n, season, steps = len(z), self.season, np.arange(1, self.horizon + 1)
        level_days = presets.BOOSTING_LEVEL_SEASONS * max(season, presets.WEEK)
        centre = np.nanmedian(z[:, -level_days:], axis=1, keepdims=True)
        change = np.abs(z[:, season:] - z[:, :-season]) if z.shape[1] > season else z * 0
        change = change[:, -presets.CHANGE_DAYS :]
        known = ~np.isnan(change)
        unit = np.where(known, change, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        unit = np.maximum(unit, presets.BOOSTING_MIN_CHANGE)[:, None]
        z = (z - centre) / unit
        ahead = -(-steps // season)  # whole seasons back to the latest known day of the same phase
        same_phases = [
            _at(z, steps - season * (ahead + back)) for back in range(presets.BOOSTING_SAME_PHASES)
        ]
        month = presets.FOUR_WEEKS
        per_series = np.hstack(
            [
                z[:, -1:],
                *(
                    np.nanmean(z[:, -length:], axis=1, keepdims=True)
                    for length in (presets.WEEK, month, presets.BOOSTING_EIGHT_WEEKS)
                ),
                np.nanstd(z[:, -month:], axis=1, keepdims=True),
                unit,
                (days[:, -month:] == 0).mean(axis=1, keepdims=True),
            ]
        )
        columns = [
            *same_phases,
            np.mean(same_phases, axis=0),
            _a_year_before(z, steps),
            np.broadcast_to(steps, (n, len(steps))),
            *(np.broadcast_to(column[:, None], (n, len(steps))) for column in per_series.T),
        ]
        # Unknown features are 0, the level of the series. (A column of only nan, such as the year
        # before in short histories, would break the binning.)
        return np.nan_to_num(np.stack(columns, axis=-1)), centre, unit, scale


def _at(z: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the values at offsets from the last day (offset 0); nan before the first day."""
    columns = z.shape[1] - 1 + offsets
    values = z[:, np.clip(columns, 0, z.shape[1] - 1)]
    return np.where(columns >= 0, values, np.nan)


def _a_year_before(z: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the mean of the week around each day minus that of four weeks before, a year ago."""
    n_days = z.shape[1]
    around = presets.BOOSTING_AROUND_DAYS
    same_day = n_days - presets.YEAR_OF_WEEKS
    begin = same_day - presets.FOUR_WEEKS
    if begin < 0 or same_day + steps[-1] + around > n_days:
        return np.full((len(z), len(steps)), np.nan)
    before = z[:, begin:same_day].mean(axis=1, keepdims=True)
    week = np.arange(-around, around + 1)
    return z[:, (same_day - 1 + steps)[:, None] + week].mean(axis=2) - before
