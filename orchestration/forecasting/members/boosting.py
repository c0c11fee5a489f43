"""The one member that learns from all series at once."""

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

    A row is a series at an origin and a day to come. It holds the latest known values of the same
    phase, recent means, spread and, where known, what the season did a year before; all on the
    asinh scale of the series at that origin, less its level and over its typical change, so that
    series of any size teach each other. With fewer than `min_series` series or `min_rows` rows it
    does not learn (``is_trained_`` is false) and repeats the last season.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    min_series, min_rows : int
        The least to learn from.
    max_rows : int
        Rows to learn from; a fixed sample of more. Bounds time and memory.
    max_origins : int
        Earlier days, 3 apart, from which rows are made.
    max_iter : int
        Trees.
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
        """Yield features and targets, origin by origin, the latest first."""
        largest = presets.BOOSTING_LARGEST_TARGET
        start = first_days(days)
        shortest = presets.BOOSTING_LEVEL_SEASONS * max(self.season, presets.WEEK)
        latest, step = days.shape[1] - self.horizon, presets.BOOSTING_STEP_DAYS
        origins = range(latest, shortest - 1, -step)[: self.max_origins]
        if not origins:
            return
        per_origin = max(self.max_rows // len(origins), 1)
        for origin in origins:
            old_enough = np.flatnonzero(origin - start >= shortest)
            # Whole horizons of a sample of series, or all series.
            most = max(per_origin // self.horizon, 1)
            if len(old_enough) > most:
                old_enough = np.sort(rng.choice(old_enough, most, replace=False))
            if not len(old_enough):
                continue
            chosen = days[old_enough]
            features, centre, unit, scale = self._features(chosen[:, :origin])
            truth = chosen[:, origin : origin + self.horizon]
            target = (np.arcsinh(truth / scale) - centre) / unit
            target = np.clip(target, -largest, largest).ravel()
            yield features.reshape(-1, features.shape[-1]), target

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
        unit = np.maximum(unit, presets.BOOSTING_SMALLEST_CHANGE)[:, None]
        z = (z - centre) / unit
        ahead = -(-steps // season)  # whole seasons from the day to forecast back to a known one
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
        # 0 is the usual level: what is not known is as usual. (A column of nothing but nan, as of
        # the year before of young series, would break the binning.)
        return np.nan_to_num(np.stack(columns, axis=-1)), centre, unit, scale


def _at(z: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the values at offsets from the last day, which is 0; nan before the first."""
    columns = z.shape[1] - 1 + offsets
    values = z[:, np.clip(columns, 0, z.shape[1] - 1)]
    return np.where(columns >= 0, values, np.nan)


def _a_year_before(z: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return how the week around each day stood to the four weeks before, a year ago."""
    n_days = z.shape[1]
    around = presets.BOOSTING_AROUND_DAYS
    same_day = n_days - presets.YEAR_OF_WEEKS
    begin = same_day - presets.FOUR_WEEKS
    if begin < 0 or same_day + steps[-1] + around > n_days:
        return np.full((len(z), len(steps)), np.nan)
    before = z[:, begin:same_day].mean(axis=1, keepdims=True)
    week = np.arange(-around, around + 1)
    return z[:, (same_day - 1 + steps)[:, None] + week].mean(axis=2) - before
