"""Winsorising: outliers are clipped to a bound around a rolling median."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.season import weekday_adjusted

__all__ = ["winsorised"]


def winsorised(values: np.ndarray, season: int) -> np.ndarray:
    """Clip outliers to three robust standard deviations from a rolling median.

    Without this, one holiday, outage or burst shifts a smoothed or regressed forecast over the
    whole horizon. Values are weekday-adjusted first. The centre is the median of the 15 days up to
    each day, the scale 1.4826 x MAD over a year. A lasting level shift becomes the median after
    eight days, and is no longer clipped from then on. Gelper, Fried & Croux, Robust forecasting
    with exponential and Holt-Winters smoothing, Journal of Forecasting 29 (2010), clip at the
    one-step forecast; a median does not depend on the smoothing rate, and also serves members that
    do not smooth.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        Unchanged if there are no outliers, if a series is shorter than 15 days, or if its MAD is 0.
    """
    n_days = values.shape[1]
    if n_days < presets.OUTLIER_WINDOW_DAYS:
        return values
    rest, _ = weekday_adjusted(values, season, 1)
    centre = _trailing_median(rest)
    distance = np.abs(rest - centre)[:, -presets.OUTLIER_MAD_DAYS :]
    known = ~np.isnan(distance)
    distance = np.where(known.any(axis=1, keepdims=True), distance, 0.0)
    limit = (
        presets.OUTLIER_DEVIATIONS
        * presets.MAD_TO_STDDEV
        * np.nanmedian(distance, axis=1, keepdims=True)
    )
    limit = np.where(limit > 0, limit, np.inf)
    clipped = np.clip(rest, centre - limit, centre + limit)
    return np.where(np.isnan(centre), values, values - rest + clipped)


def _trailing_median(rest: np.ndarray) -> np.ndarray:
    """Return the median of the 15 days up to each day; for the first 15 days, their median."""
    n, n_days = rest.shape
    windows = np.lib.stride_tricks.sliding_window_view(rest, presets.OUTLIER_WINDOW_DAYS, axis=1)
    middle = presets.OUTLIER_WINDOW_DAYS // 2
    medians = np.full((n, n_days), np.nan)
    last = presets.OUTLIER_WINDOW_DAYS - 1  # column of the first full window
    medians[:, last:] = np.partition(windows, middle, axis=2)[:, :, middle]
    first_full = first_days(rest) + last
    is_long = first_full < n_days
    first_median = medians[np.arange(n), np.minimum(first_full, n_days - 1)]
    medians = np.where(np.arange(n_days) < first_full[:, None], first_median[:, None], medians)
    return np.where(is_long[:, None], medians, np.nan)
