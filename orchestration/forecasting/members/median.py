"""The forecast that is published: a median of different methods."""

import numpy as np

from orchestration.forecasting import presets
from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.members.baselines import Naive, SeasonalNaive, WindowMean
from orchestration.forecasting.members.boosting import LagBoosting
from orchestration.forecasting.members.fallbacks import fallbacks_of, phase_means
from orchestration.forecasting.members.holt_winters import HoltWinters
from orchestration.forecasting.members.lag_ridge import LagRidge
from orchestration.forecasting.members.theta import SeasonalTheta
from orchestration.forecasting.members.weekday_median import WeekdayMedian
from orchestration.forecasting.members.weights import (
    backtest_errors,
    weighted_median,
    weights_from_errors,
)
from orchestration.forecasting.signal.inactivity import probability_active
from orchestration.forecasting.signal.scale import asinh_scale
from orchestration.forecasting.signal.smearing import smearing_factor
from orchestration.forecasting.signal.yearly import (
    evaluate_harmonics,
    remove_component,
    yearly_component,
)

__all__ = ["MEMBERS", "MedianForecaster"]

MEMBERS = {
    "weekday_median": WeekdayMedian,
    "theta": SeasonalTheta,
    "holt_winters": HoltWinters,
    "lag_ridge": LagRidge,
    "last_value": Naive,
    "boosting": LagBoosting,
}


class MedianForecaster(Forecaster):
    """Weighted median of weekday median, theta, Holt-Winters, lag ridge, last value and boosting.

    A median, because one bad member would spoil a mean. Weights come from the members' errors in
    back-tests of all series (:mod:`~orchestration.forecasting.members.weights`). With too little
    history for back-tests all weights are equal, and that of the last value is 0. Boosting was
    trained on the days of the back-tests, so it gets the median weight of the others.

    The members that learn from one series only forecast it without its yearly component, which is
    added again afterwards (:mod:`~orchestration.forecasting.signal.yearly`).

    A series that is too short or too sparse for all members has a fallback:

    - ``dead``: only zeros in the last eight weeks; the forecast is 0;
    - ``mean``: less than a week; the mean;
    - ``seasonal_naive_and_mean``: less than two weeks; the mean of both;
    - ``weekday_and_holt_winters``: less than four weeks; the mean of both;
    - ``sparse``: zeros on most days of the last eight weeks; the mean of each weekday, shrunk
      towards the mean of all days, as a median would always forecast 0.

    If the season is longer than a week, it takes the place of the week. The forecast of a series
    that has been inactive for longer than ever before is multiplied by the probability that it is
    still active (:mod:`orchestration.forecasting.signal.inactivity`). A history that was never
    negative has no negative forecast.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    boosting : bool
        Whether to train the global member, :class:`LagBoosting`.
    random_state : int
        Seed of the samples.

    Attributes
    ----------
    yearly_evidence_ : YearlyEvidence
        Back-test of yearly seasonality.
    weights_ : dict of str to float
        Weight of each member; empty if the history was too short for back-tests.
    boosting_ : LagBoosting
        The global member.
    smearing_factor_ : float
        Ratio of mean to median days, for series without a fallback.
    """

    def __init__(
        self,
        horizon: int = presets.WEEK,
        season: int = presets.WEEK,
        boosting: bool = True,
        random_state: int = 0,
    ):
        super().__init__(horizon, season)
        self.boosting = boosting
        self.random_state = random_state

    def _learn(self, days):
        self.boosting_ = LagBoosting(self.horizon, self.season, random_state=self.random_state)
        sample = np.arange(len(days))
        if len(days) > presets.YEARLY_SAMPLE:
            rng = np.random.default_rng(self.random_state)
            sample = np.sort(rng.choice(sample, presets.YEARLY_SAMPLE, replace=False))
        self.yearly_evidence_ = evaluate_harmonics(days[sample], self.horizon)
        is_regular = fallbacks_of(days, self.season) == ""
        self.smearing_factor_ = smearing_factor(days[is_regular], self.season)
        local_members = [name for name in MEMBERS if name != "boosting"]
        self.weights_ = weights_from_errors(
            backtest_errors(
                days,
                self.horizon,
                lambda known: self.members(known, local_members),
                lambda known: fallbacks_of(known, self.season) == "",
            )
        )
        if self.boosting:
            self.boosting_.fit(days[:, -presets.MEMBER_DAYS :])

    def _extend(self, days):
        return self.combine(days, self.members(days))

    def members(self, days: np.ndarray, names=tuple(MEMBERS)) -> dict[str, np.ndarray]:
        """Forecast with each member on its own.

        Parameters
        ----------
        days : ndarray of shape (n_series, n_days)
            Histories.
        names : sequence of str
            The members to forecast with.

        Returns
        -------
        dict of str to ndarray of shape (n_series, horizon)
            By name; without ``boosting`` if it is not trained.
        """
        recent = days[:, -presets.MEMBER_DAYS :]
        scale = asinh_scale(days)
        component = yearly_component(days, self.horizon, self.yearly_evidence_)
        past, ahead = component[:, : days.shape[1]], component[:, days.shape[1] :]
        is_yearly = component.any()
        adjusted = remove_component(days, past)[:, -presets.MEMBER_DAYS :] if is_yearly else recent
        forecasts = {}
        for name in names:
            if name == "boosting":
                if not getattr(self.boosting_, "is_trained_", False):
                    continue
                forecast = self.boosting_._extend(recent)  # has yearly lags of its own
            else:
                forecast = MEMBERS[name](self.horizon, self.season)._extend(adjusted)
                if is_yearly:
                    forecast = np.sinh(np.arcsinh(forecast / scale) + ahead) * scale
            forecasts[name] = self._floored(days, forecast)
        return forecasts

    def combine(self, days: np.ndarray, members: dict[str, np.ndarray]) -> np.ndarray:
        """Return the weighted median, or each series' fallback.

        Parameters
        ----------
        days : ndarray of shape (n_series, n_days)
            Histories.
        members : dict of str to ndarray of shape (n_series, horizon)
            As :meth:`members` returns them.

        Returns
        -------
        ndarray of shape (n_series, horizon)
            Forecasts.
        """
        median_weight = float(np.median(list(self.weights_.values()))) if self.weights_ else 1.0
        weights = dict.fromkeys(members, median_weight) | (self.weights_ or presets.DEFAULT_WEIGHTS)
        forecast = weighted_median(
            np.stack(list(members.values())), np.array([weights[name] for name in members])
        )
        fallback = fallbacks_of(days, self.season)
        ahead = np.arange(self.horizon) % self.season
        mean = WindowMean(self.horizon, window=presets.MEAN_DAYS)._extend(days)
        naive = SeasonalNaive(self.horizon, self.season)._extend(days)
        two = (members["weekday_median"] + members["holt_winters"]) / 2
        replacements = {
            "dead": np.zeros_like(forecast),
            "mean": mean,
            "seasonal_naive_and_mean": (naive + mean) / 2,
            "weekday_and_holt_winters": two,
            "sparse": phase_means(days, self.season)[:, ahead],
        }
        for name, values in replacements.items():
            forecast = np.where((fallback == name)[:, None], values, forecast)
        return self._floored(days, forecast * self._active(days))

    def mean_forecast(self, days: np.ndarray, forecast: np.ndarray) -> np.ndarray:
        """Turn median forecasts into mean forecasts, which add up to totals.

        Parameters
        ----------
        days : ndarray of shape (n_series, n_days)
            Histories.
        forecast : ndarray of shape (n_series, horizon)
            As :meth:`combine` returns it.

        Returns
        -------
        ndarray of shape (n_series, horizon)
            The forecast times the smearing factor. For a series of less than four weeks it is the
            mean of its days; the other fallbacks are means already and stay the same.
        """
        fallback = fallbacks_of(days, self.season)[:, None]
        mean = WindowMean(self.horizon, window=presets.MEAN_DAYS)._extend(days) * self._active(days)
        expected = np.where(fallback == "", forecast * self.smearing_factor_, forecast)
        return np.where(fallback == "weekday_and_holt_winters", mean, expected)

    def _active(self, days: np.ndarray) -> np.ndarray:
        return probability_active(days[:, -presets.MEMBER_DAYS :], self.season)[:, None]

    @staticmethod
    def _floored(days: np.ndarray, forecast: np.ndarray) -> np.ndarray:
        never_negative = np.nanmin(days, axis=1, keepdims=True) >= 0
        return np.where(never_negative, np.maximum(forecast, 0.0), forecast)
