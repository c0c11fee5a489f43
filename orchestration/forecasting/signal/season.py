"""Seasonal adjustment: the weekday index, or that of any other season."""

import numpy as np

from orchestration.forecasting.signal.days import phase_matrix

__all__ = ["season_index", "weekday_adjusted"]


def weekday_adjusted(
    values: np.ndarray, season: int, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Subtract the seasonal index from histories.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.
    horizon : int
        Days to forecast.

    Returns
    -------
    rest : ndarray of shape (n_series, n_days)
        Seasonally adjusted histories.
    future_index : ndarray of shape (n_series, horizon)
        Index to add to forecasts of the adjusted series.
    """
    index = season_index(values, season)
    back = np.arange(-values.shape[1], 0) % season
    return values - index[:, back], index[:, np.arange(horizon) % season]


def season_index(days: np.ndarray, season: int) -> np.ndarray:
    """Return the mean deviation of each phase from a centred moving average of one season.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series, season)
        Sums to 0 in each row; column 0 is the phase of the first day to forecast. All 0 for a
        history shorter than two seasons, or a season of 1.
    """
    if season == 1 or days.shape[1] < 2 * season:
        return np.zeros((len(days), season))
    half = season // 2
    if season % 2:
        weights = np.full(season, 1 / season)
    else:  # an even season: the two ends have half the weight
        weights = np.r_[0.5, np.ones(season - 1), 0.5] / season
    windows = np.lib.stride_tricks.sliding_window_view(days, len(weights), axis=1)
    distance = np.full(days.shape, np.nan)
    distance[:, half : half + windows.shape[1]] = (
        days[:, half : half + windows.shape[1]] - windows @ weights
    )
    seasons = -(-days.shape[1] // season)
    by_phase = phase_matrix(distance, season, seasons)
    known = ~np.isnan(by_phase)
    count = known.sum(axis=1)
    index = np.where(known, by_phase, 0).sum(axis=1) / np.maximum(count, 1)
    index = np.where((count > 0).all(axis=1, keepdims=True), index, 0.0)
    return index - index.mean(axis=1, keepdims=True)
