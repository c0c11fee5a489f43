"""The one member that learns from all series at once."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.members.baselines import SeasonalNaive
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.scale import asinh_scale

__all__ = ["LagBoosting"]

_YEAR = 364  # whole weeks, so that a weekday meets a weekday
_SAME_PHASES = 4
_LARGEST_TARGET = 8.0  # typical changes: more is an accident that no lag foretells


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
        horizon: int = 7,
        season: int = 7,
        *,
        min_series: int = 30,
        min_rows: int = 500,
        max_rows: int = 30_000,
        max_origins: int = 120,
        max_iter: int = 150,
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
            learning_rate=0.06,
            max_iter=self.max_iter,
            max_leaf_nodes=31,
            min_samples_leaf=40,
            early_stopping=False,
            random_state=self.random_state,
        ).fit(features, target)
        self.is_trained_ = True

    def _training_parts(self, days, rng):
        """Yield features and targets, origin by origin, the latest first."""
        start = first_days(days)
        shortest = 4 * max(self.season, 7)
        origins = range(days.shape[1] - self.horizon, shortest - 1, -3)[: self.max_origins]
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
            target = np.clip(target, -_LARGEST_TARGET, _LARGEST_TARGET)
            yield features.reshape(-1, features.shape[-1]), target.ravel()

    def _extend(self, days):
        if not self.is_trained_:
            return SeasonalNaive(self.horizon, self.season).fit(days).predict(days)
        features, centre, unit, scale = self._features(days)
        predicted = self.model_.predict(features.reshape(-1, features.shape[-1]))
        return np.sinh(predicted.reshape(len(days), -1) * unit + centre) * scale

    def _features(self, days):
        """Return features (n, horizon, p), and centre, unit and scale (n, 1) of the target."""
        window = _YEAR + 2 * self.horizon + 8 * max(self.season, 7)
        days = days[:, -window:]
        scale = asinh_scale(days)
        z = np.arcsinh(days / scale)
        n, season, steps = len(z), self.season, np.arange(1, self.horizon + 1)
        centre = np.nanmedian(z[:, -4 * max(season, 7) :], axis=1, keepdims=True)
        change = np.abs(z[:, season:] - z[:, :-season])[:, -63:] if z.shape[1] > season else z * 0
        known = ~np.isnan(change)
        unit = np.where(known, change, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        unit = np.maximum(unit, 0.02)[:, None]
        z = (z - centre) / unit
        ahead = -(-steps // season)  # whole seasons from the day to forecast back to a known one
        same_phases = [_at(z, steps - season * (ahead + back)) for back in range(_SAME_PHASES)]
        mean_7, mean_28 = (np.nanmean(z[:, -length:], axis=1, keepdims=True) for length in (7, 28))
        per_series = np.hstack(
            [
                z[:, -1:],
                mean_7,
                mean_28,
                np.nanmean(z[:, -56:], axis=1, keepdims=True),
                np.nanstd(z[:, -28:], axis=1, keepdims=True),
                unit,
                (days[:, -28:] == 0).mean(axis=1, keepdims=True),
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
    begin = n_days - _YEAR - 28
    if begin < 0 or n_days - _YEAR + steps[-1] + 3 > n_days:
        return np.full((len(z), len(steps)), np.nan)
    before = z[:, begin : begin + 28].mean(axis=1, keepdims=True)
    around = np.arange(-3, 4)
    return z[:, (n_days - _YEAR - 1 + steps)[:, None] + around].mean(axis=2) - before
