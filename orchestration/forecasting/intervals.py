"""Conformal intervals: as wide as the same method was wrong at earlier origins."""

import numpy as np

from orchestration.forecasting.signal.scale import CHANGE_DAYS, typical_change

__all__ = ["ErrorPool", "change_scale", "errors_of", "furthest_of", "weeks_back"]

WEEK = 7
# Origins for each week of the horizon. Eight follow the present; but the eight of a single series
# are one quarter's luck, so that pools of few series look further back, a year at most.
FEWEST_ORIGINS = 8
MOST_ORIGINS = 52
SERIES_TIMES_ORIGINS = 400
# Below this many errors a quantile of 95% is the largest error or a guess.
SMALLEST_POOL = 50
# Half the width in the first week where nothing can be measured, on the scale of `errors_of`: what
# generated sets (tests/benchmarks) need there and a quarter more, as too wide is the safer guess.
UNMEASURED = {80: 1.25, 95: 2.5}
# Of the largest error: later weeks grow from earlier ones to more than twice.
_MOST_REACH = 3.0
# Not far beyond it sinh is infinite.
_LARGEST_SINH = 300.0


def weeks_back(n_series: int, horizon: int) -> int:
    """Return from how many weeks back the earliest errors come.

    Arguments
    ---------
    n_series : int
        Series in the pool.
    horizon : int
        Days to forecast.

    Returns
    -------
    int
        One origin a week, up to this many weeks before the last day. The first week of the horizon
        has errors from all of them, the last from those that are old enough.
    """
    return -(-horizon // WEEK) - 1 + origins_per_week(n_series)


def origins_per_week(n_series: int) -> int:
    """Return how many of the latest origins each week of the horizon is judged by.

    Arguments
    ---------
    n_series : int
        Series in the pool.

    Returns
    -------
    int
        8, or more for fewer than 50 series.
    """
    wanted = -(-SERIES_TIMES_ORIGINS // max(n_series, 1))
    return int(np.clip(wanted, FEWEST_ORIGINS, MOST_ORIGINS))


def change_scale(days: np.ndarray, season: int) -> np.ndarray:
    """Return s of the intervals: the typical change from season to season.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series, 1)
        In the unit of the series: the mean of \\|y\\| for histories without two days a season
        apart, 0 for those that never change.
    """
    known = days.shape[1] - np.isnan(days).sum(axis=1)
    size = np.nanmean(np.abs(days[:, -CHANGE_DAYS:]), axis=1)
    return np.where(known > season, typical_change(days, season), size)[:, None]


def errors_of(truth: np.ndarray, forecast: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return errors on a scale on which those of different series can be pooled.

    (asinh(y/s) - asinh(F/s)) x (1 + (F/s)^2)^(1/4): on the bare asinh scale errors far from 0 are
    relative, and a steady series among restless ones is given their intervals; times
    (1 + (F/s)^2)^(1/2) they are multiples of s, which misses that large days vary more. Half-way
    was narrower than either at the same coverage.

    Arguments
    ---------
    truth, forecast : ndarray of shape (n_series, n_days)
        What came, and what had been forecast.
    scale : ndarray of shape (n_series, 1)
        From :func:`change_scale` at the origin.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        Signed errors; ``nan`` where the truth is unknown or the scale is 0.
    """
    s = np.where(scale > 0, scale, np.nan)
    return (np.arcsinh(truth / s) - np.arcsinh(forecast / s)) * _stretch(forecast / s)


def furthest_of(truth: np.ndarray, forecast: np.ndarray, scale: np.ndarray) -> float:
    """Return the largest error as a multiple of its series' typical change.

    Arguments
    ---------
    truth, forecast, scale : ndarray
        As for :func:`errors_of`.

    Returns
    -------
    float
        The largest \\|y - F\\| / s; 0 where there is none.
    """
    multiple = np.abs(truth - forecast) / np.where(scale > 0, scale, np.nan)
    known = multiple[np.isfinite(multiple)]
    return float(known.max()) if len(known) else 0.0


class ErrorPool:
    """Quantiles of the errors of all series, by week of the horizon.

    Parameters
    ----------
    errors : ndarray of shape (n_series, n_origins, horizon)
        From :func:`errors_of`; origin 0 is the latest. ``nan`` where a day is not known yet.
    furthest : float
        The largest error in typical changes, from :func:`furthest_of`; no interval reaches three
        times as far. A line through a sparse series is wrong by so much on the scale of the
        errors that its interval would be astronomical for a series that is not. 0 if unknown;
        pools too small to measure do not limit.
    """

    def __init__(self, errors: np.ndarray, furthest: float = 0.0):
        self._n_origins = origins_per_week(len(errors))
        self._errors = errors
        is_measured = furthest > 0 and np.count_nonzero(~np.isnan(errors)) >= SMALLEST_POOL
        self._reach = _MOST_REACH * furthest if is_measured else np.inf

    def quantiles(self, week: int, level: int) -> tuple[float, float]:
        """Return the bounds that hold the given share of errors.

        With n errors the k-th smallest and k-th largest, k = floor((n + 1)(1 - level) / 2), which
        is conformal: it covers at least the level if errors to come are like those of the pool.
        Fewer than 50 errors in a week: those of the last week that has as many, growing with the
        root of time. No such week: `UNMEASURED`.

        Parameters
        ----------
        week : int
            Of the horizon, from 0.
        level : int
            Percent.

        Returns
        -------
        low, high : float
            Of the signed error; low is at most 0 and high at least 0.
        """
        for earlier in range(week, -1, -1):
            pool = self._of_week(earlier)
            if len(pool) >= SMALLEST_POOL:
                growth = np.sqrt((week + 1) / (earlier + 1))
                rank = max(int((len(pool) + 1) * (1 - level / 100) / 2 + 1e-9), 1)
                low, high = np.partition(pool, [rank - 1, len(pool) - rank])[[rank - 1, -rank]]
                return float(min(low, 0.0) * growth), float(max(high, 0.0) * growth)
        wide = np.interp(level, list(UNMEASURED), list(UNMEASURED.values())) * np.sqrt(week + 1)
        return -float(wide), float(wide)

    def _of_week(self, week: int) -> np.ndarray:
        days = slice(week * WEEK, (week + 1) * WEEK)
        errors = self._errors[:, week : week + self._n_origins, days]
        return errors[~np.isnan(errors)]

    def interval(
        self, forecast: np.ndarray, scale: np.ndarray, level: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Put an interval around forecasts.

        Parameters
        ----------
        forecast : ndarray of shape (n_series, horizon)
            Forecasts.
        scale : ndarray of shape (n_series, 1)
            From :func:`change_scale`; 0 gives an interval without width.
        level : int
            Percent.

        Returns
        -------
        low, high : ndarray of shape (n_series, horizon)
            Bounds, the forecast between them, always finite.
        """
        weeks = np.arange(forecast.shape[1]) // WEEK
        bounds = np.array([self.quantiles(week, level) for week in range(weeks[-1] + 1)])
        s = np.where(scale > 0, scale, 1.0)
        ratio = forecast / s
        reach = self._reach * s
        low, high = (
            np.where(
                scale > 0,
                np.clip(
                    np.sinh(
                        np.clip(
                            np.arcsinh(ratio) + bounds[weeks, side] / _stretch(ratio),
                            -_LARGEST_SINH,
                            _LARGEST_SINH,
                        )
                    )
                    * s,
                    forecast - reach,
                    forecast + reach,
                ),
                forecast,
            )
            for side in (0, 1)
        )
        return np.minimum(low, forecast), np.maximum(high, forecast)


def _stretch(ratio: np.ndarray) -> np.ndarray:
    return (1 + ratio**2) ** 0.25
