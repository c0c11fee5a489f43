"""Base class of the forecasters: a row of days in, the days after it out."""

from abc import ABC, abstractmethod

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from orchestration.forecasting import presets

__all__ = ["Forecaster"]


class Forecaster(BaseEstimator, ABC):
    """A forecaster in scikit-learn's interface, vectorised over series.

    A row of ``X`` is a series and a column is a day; the last column is the last known day. A
    series that begins later has ``nan`` before its first day. A ``nan`` after it is filled with the
    value before it; :class:`~orchestration.forecasting.signal.history.Histories` has better ways
    to fill gaps. A row of only ``nan`` has no forecast. ``predict`` returns the days after the last
    column. Methods that use one series only are fitted in ``predict``, on the row that they
    forecast; their ``fit`` only checks ``X`` and stores the number of days. No dates are needed:
    the last column has the same phase of the season in every row.

    Parameters
    ----------
    horizon : int
        Days to forecast.
    season : int
        Days after which the pattern repeats; 1 for none.
    """

    def __init__(self, horizon: int = presets.WEEK, season: int = presets.WEEK):
        self.horizon = horizon
        self.season = season

    def fit(self, X, y=None):  # noqa: N803
        """Check the histories.

        Parameters
        ----------
        X : array-like of shape (n_series, n_days)
            Histories.
        y : None
            Ignored.

        Returns
        -------
        Forecaster
            The fitted forecaster.
        """
        days = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", copy=True)
        known = ~np.isnan(days).all(axis=1)
        self._learn(_carried_forward(days[known]))
        return self

    def predict(self, X):  # noqa: N803
        """Forecast the days after the last column.

        Parameters
        ----------
        X : array-like of shape (n_series, n_days)
            Histories, as many days as in ``fit``.

        Returns
        -------
        ndarray of shape (n_series, horizon)
            Forecasts in the unit of ``X``.
        """
        check_is_fitted(self)
        days = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False, copy=True
        )
        forecast = np.full((len(days), self.horizon), np.nan)
        known = ~np.isnan(days).all(axis=1)
        if known.any():
            forecast[known] = self._extend(_carried_forward(days[known]))
        return forecast

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _learn(self, days: np.ndarray) -> None:
        """Learn from all rows; by default nothing is learnt."""

    @abstractmethod
    def _extend(self, days: np.ndarray) -> np.ndarray:
        """Return the days after the last column, of shape (n_series, horizon)."""


def _carried_forward(days: np.ndarray) -> np.ndarray:
    """Fill gaps with the last known value, in place."""
    known = ~np.isnan(days)
    if not known.all():
        latest = np.maximum.accumulate(np.where(known, np.arange(days.shape[1]), 0), axis=1)
        np.copyto(days, np.take_along_axis(days, latest, axis=1))
    return days
