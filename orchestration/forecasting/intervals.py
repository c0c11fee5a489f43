"""Conformal intervals, from the errors of the same method at earlier origins."""

import numpy as np
from scipy.special import ndtri, stdtrit  # type: ignore[import-untyped]

from orchestration.forecasting import presets
from orchestration.forecasting.signal.scale import typical_change

__all__ = ["ErrorPool", "change_scale", "largest_error", "scaled_errors", "weeks_back"]


def weeks_back(n_series: int, horizon: int) -> int:
    """Return how many weeks back the earliest origin lies.

    Parameters
    ----------
    n_series : int
        Series in the pool.
    horizon : int
        Days to forecast.

    Returns
    -------
    int
        There is one origin a week, up to this many weeks before the last day. The first week of
        the horizon has errors from all origins, later weeks only from those that are old enough.
    """
    return -(-horizon // presets.WEEK) - 1 + origins_per_week(n_series)


def origins_per_week(n_series: int) -> int:
    """Return how many of the latest origins give errors for each week of the horizon.

    Parameters
    ----------
    n_series : int
        Series in the pool.

    Returns
    -------
    int
        26, or more for fewer than 16 series.
    """
    wanted = -(-presets.SERIES_TIMES_ORIGINS // max(n_series, 1))
    return int(np.clip(wanted, presets.MIN_ORIGINS, presets.MAX_ORIGINS))


def change_scale(days: np.ndarray, season: int) -> np.ndarray:
    """Return the scale s of the intervals: the mean absolute change from season to season.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series, 1)
        In the unit of the series; the mean of \\|y\\| for histories without two days a season
        apart, 0 for those that never change.
    """
    known = days.shape[1] - np.isnan(days).sum(axis=1)
    size = np.nanmean(np.abs(days[:, -presets.CHANGE_DAYS :]), axis=1)
    return np.where(known > season, typical_change(days, season), size)[:, None]


def scaled_errors(actual: np.ndarray, forecast: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return errors on a scale on which those of different series can be pooled.

    (asinh(y/s) - asinh(F/s)) x (1 + (F/s)^2)^(1/4). Without the factor, errors far from 0 are
    relative, and a steady series in a volatile panel gets too wide an interval. With the power 1/2
    they are multiples of s, although the variance grows with the level. The power 1/4 was narrower
    than either at the same coverage.

    Parameters
    ----------
    actual, forecast : ndarray of shape (n_series, n_days)
        Actual values and forecasts.
    scale : ndarray of shape (n_series, 1)
        From :func:`change_scale` at the origin.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        Signed errors; ``nan`` where the actual value is unknown or the scale is 0.
    """
    s = np.where(scale > 0, scale, np.nan)
    return (np.arcsinh(actual / s) - np.arcsinh(forecast / s)) * _stretch(forecast / s)


def largest_error(actual: np.ndarray, forecast: np.ndarray, scale: np.ndarray) -> float:
    """Return the largest error as a multiple of its series' scale.

    Parameters
    ----------
    actual, forecast, scale : ndarray
        As for :func:`scaled_errors`.

    Returns
    -------
    float
        The largest \\|y - F\\| / s; 0 where there is none.
    """
    multiple = np.abs(actual - forecast) / np.where(scale > 0, scale, np.nan)
    known = multiple[np.isfinite(multiple)]
    return float(known.max()) if len(known) else 0.0


class ErrorPool:
    """Quantiles of the errors of all series, by week of the horizon.

    Parameters
    ----------
    errors : ndarray of shape (n_series, n_origins, horizon)
        From :func:`scaled_errors`; origin 0 is the latest. ``nan`` where a day is not known yet.
    largest : float
        The largest error in multiples of the scale, from :func:`largest_error`; 0 if unknown. No
        interval reaches further than three times this. Otherwise the error of a line through a
        sparse series would give other series an enormous interval. Pools that are too small have
        no limit.
    """

    def __init__(self, errors: np.ndarray, largest: float = 0.0):
        self._n_origins = origins_per_week(len(errors))
        self._errors = errors
        is_measured = largest > 0 and np.count_nonzero(~np.isnan(errors)) >= presets.MIN_POOL
        self._reach = presets.MAX_REACH * largest if is_measured else np.inf

    def quantiles(self, week: int, level: int) -> tuple[float, float]:
        """Return bounds that contain the given share of the errors.

        Of n errors the k-th smallest and the k-th largest, k = floor((n + 1)(1 - level) / 2). This
        is conformal: the coverage is at least the level if future errors are exchangeable with
        those of the pool. A week with fewer than 50 errors, or those of one origin, takes those of
        the last week with enough, scaled by a power of time; without one, the default width.
        Bounds of few independent errors are widened.

        Parameters
        ----------
        week : int
            Week of the horizon, from 0.
        level : int
            Percent.

        Returns
        -------
        low, high : float
            Bounds of the signed error; low is at most 0 and high at least 0.
        """
        for earlier in range(week, -1, -1):
            pool = self._of_week(earlier)
            if len(pool) >= presets.MIN_POOL and (earlier == 0 or self._has_origins(earlier)):
                growth = ((week + 1) / (earlier + 1)) ** presets.GROWTH_POWER
                growth *= self._widening(earlier, level)
                rank = max(int((len(pool) + 1) * (1 - level / 100) / 2 + presets.TINY), 1)
                low, high = np.partition(pool, [rank - 1, len(pool) - rank])[[rank - 1, -rank]]
                return float(min(low, 0.0) * growth), float(max(high, 0.0) * growth)
        levels, widths = zip(*presets.DEFAULT_HALF_WIDTH.items(), strict=True)
        width = np.interp(level, levels, widths) * np.sqrt(week + 1)
        return -float(width), float(width)

    def _of_week(self, week: int) -> np.ndarray:
        errors = self._by_origin(week)
        return errors[~np.isnan(errors)]

    def _has_origins(self, week: int) -> bool:
        is_known = ~np.isnan(self._by_origin(week))
        return int(is_known.any(axis=(0, 2)).sum()) >= presets.MIN_POOL_ORIGINS

    def _by_origin(self, week: int) -> np.ndarray:
        days = slice(week * presets.WEEK, (week + 1) * presets.WEEK)
        return self._errors[:, week : week + self._n_origins, days]

    def _widening(self, week: int, level: int) -> float:
        """Return by how much few independent errors widen an interval.

        Errors of one origin are correlated where series share a shock. How much, the variance of
        the origins' means says: n independent errors would have a mean with a variance n times
        smaller than their own. What is widened is as Student's t is wider than the normal, and by
        the error of the centre.
        """
        errors = self._by_origin(week)
        is_known = ~np.isnan(errors)
        per_origin = is_known.sum(axis=(0, 2))
        begun = per_origin > 0
        means = np.where(is_known, errors, 0.0).sum(axis=(0, 2))[begun] / per_origin[begun]
        spread = errors[is_known].var()
        if spread <= 0:
            return 1.0
        between = means.var(ddof=1) if len(means) > 1 else spread
        n_independent = len(means) * spread / max(between, presets.TINY * spread)
        if n_independent >= presets.MIN_POOL:
            return 1.0
        quantile = 0.5 + level / 200
        freedom = max(n_independent - 1, presets.MIN_FREEDOM)
        tail = stdtrit(freedom, quantile) / ndtri(quantile)
        return float(tail * np.sqrt(1 + 1 / n_independent))

    def interval(
        self, forecast: np.ndarray, scale: np.ndarray, level: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Put an interval around forecasts.

        Parameters
        ----------
        forecast : ndarray of shape (n_series, horizon)
            Forecasts.
        scale : ndarray of shape (n_series, 1)
            From :func:`change_scale`; if it is 0, both bounds are the forecast.
        level : int
            Percent.

        Returns
        -------
        low, high : ndarray of shape (n_series, horizon)
            Finite bounds, with the forecast between them.
        """
        weeks = np.arange(forecast.shape[1]) // presets.WEEK
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
                            -presets.MAX_SINH,
                            presets.MAX_SINH,
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
    return (1 + ratio**2) ** presets.STRETCH_POWER
