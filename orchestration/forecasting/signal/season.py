"""The pattern of the week, or of any other season, and histories without it."""

import numpy as np

from orchestration.forecasting.signal.days import phase_matrix

__all__ = ["season_index", "weekday_adjusted"]


def weekday_adjusted(
    values: np.ndarray, season: int, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Take the season out of histories.

    Arguments
    ---------
    values : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.
    horizon : int
        Days to forecast.

    Returns
    -------
    rest : ndarray of shape (n_series, n_days)
        Histories less the index of their phase.
    future_index : ndarray of shape (n_series, horizon)
        What to add to forecasts of the rest.
    """
    index = season_index(values, season)
    back = np.arange(-values.shape[1], 0) % season
    return values - index[:, back], index[:, np.arange(horizon) % season]


def season_index(days: np.ndarray, season: int) -> np.ndarray:
    """Return the mean distance of each phase from a centred mean of a season.

    Arguments
    ---------
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
    else:  # the ends of an even season count half
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
