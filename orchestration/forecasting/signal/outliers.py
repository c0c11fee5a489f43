"""Days that stand out from the days around them, drawn in."""

import numpy as np

from orchestration.forecasting.signal.days import first_days
from orchestration.forecasting.signal.season import weekday_adjusted

__all__ = ["winsorised"]

# The median of two weeks and a day follows a level that jumps within eight days.
_WINDOW_DAYS = 15
_SPREAD_DAYS = 364
_MOST_SPREADS = 3.0
_NORMAL_SPREAD = 1.4826  # a standard deviation is this many median absolute deviations


def winsorised(values: np.ndarray, season: int) -> np.ndarray:
    """Draw days in that lie further from the recent median than days of the series do.

    A holiday, an outage or a burst moves what smooths or regresses, and the whole horizon pays
    for one day. After the weekday index is taken out, a day counts at most 3 standard deviations
    (1.4826 x the median absolute distance of a year) from the median of the 15 days up to it. A
    jump of the level that lasts is the median after eight days, and counts in full from then on.
    Gelper, Fried & Croux, Robust forecasting with exponential and Holt-Winters smoothing, Journal
    of Forecasting 29 (2010), clean one step at a time by the forecast; by a median it is the same
    for every rate of smoothing, and for members that do not smooth.

    Arguments
    ---------
    values : ndarray of shape (n_series, n_days)
        Histories, ``nan`` before their first day.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series, n_days)
        The same where nothing stands out, where a series is shorter than the 15 days, and where
        most days are exactly their median, so that there is no spread to go by.
    """
    n_days = values.shape[1]
    if n_days < _WINDOW_DAYS:
        return values
    rest, _ = weekday_adjusted(values, season, 1)
    usual = _trailing_median(rest)
    distance = np.abs(rest - usual)[:, -_SPREAD_DAYS:]
    known = ~np.isnan(distance)
    distance = np.where(known.any(axis=1, keepdims=True), distance, 0.0)
    limit = _MOST_SPREADS * _NORMAL_SPREAD * np.nanmedian(distance, axis=1, keepdims=True)
    limit = np.where(limit > 0, limit, np.inf)
    drawn_in = np.clip(rest, usual - limit, usual + limit)
    return np.where(np.isnan(usual), values, values - rest + drawn_in)


def _trailing_median(rest: np.ndarray) -> np.ndarray:
    """Return the median of the last 15 days of each day; that of the first 15 for those."""
    n, n_days = rest.shape
    windows = np.lib.stride_tricks.sliding_window_view(rest, _WINDOW_DAYS, axis=1)
    middle = _WINDOW_DAYS // 2
    medians = np.full((n, n_days), np.nan)
    medians[:, _WINDOW_DAYS - 1 :] = np.partition(windows, middle, axis=2)[:, :, middle]
    first_whole = first_days(rest) + _WINDOW_DAYS - 1
    is_long = first_whole < n_days
    at_first = medians[np.arange(n), np.minimum(first_whole, n_days - 1)]
    medians = np.where(np.arange(n_days) < first_whole[:, None], at_first[:, None], medians)
    return np.where(is_long[:, None], medians, np.nan)
