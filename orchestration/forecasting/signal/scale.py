"""The asinh scale: like a logarithm for large values, like the value itself around 0."""

import numpy as np

from orchestration.forecasting import presets

__all__ = ["asinh_scale", "typical_change"]


def asinh_scale(days: np.ndarray) -> np.ndarray:
    """Return s of z = asinh(y / s): the median of \\|y\\| over the last days.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.

    Returns
    -------
    ndarray of shape (n_series, 1)
        The median of absolute values; their mean if the median is 0, and 1 if all are 0.
    """
    size = np.abs(days[:, -presets.SCALE_DAYS :])
    scale = np.nanmedian(size, axis=1, keepdims=True)
    scale = np.where(scale > 0, scale, np.nanmean(size, axis=1, keepdims=True))
    return np.where(scale > 0, scale, 1.0)


def typical_change(days: np.ndarray, season: int) -> np.ndarray:
    """Return the mean of \\|y_t - y_(t-season)\\| over the last days.

    Parameters
    ----------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of shape (n_series,)
        In the unit of the series; 0 if the history is not longer than a season, or is constant.
    """
    if days.shape[1] <= season:
        return np.zeros(len(days))
    change = np.abs(days[:, season:] - days[:, :-season])[:, -presets.CHANGE_DAYS :]
    known = ~np.isnan(change)
    return np.where(known, change, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
