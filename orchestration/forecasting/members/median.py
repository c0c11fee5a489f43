"""The forecast that is published: a median of different methods."""

import numpy as np

from orchestration.forecasting.members.base import Forecaster
from orchestration.forecasting.members.baselines import Naive, SeasonalNaive, WindowMean
from orchestration.forecasting.members.boosting import LagBoosting
from orchestration.forecasting.members.holt_winters import HoltWinters
from orchestration.forecasting.members.lag_ridge import LagRidge
from orchestration.forecasting.members.theta import SeasonalTheta
from orchestration.forecasting.members.weekday_median import WeekdayMedian
from orchestration.forecasting.members.weighing import past_errors, weighted_median, weights_of
from orchestration.forecasting.signal.days import first_days, phase_matrix
from orchestration.forecasting.signal.expectation import expected_over_usual
from orchestration.forecasting.signal.scale import asinh_scale
from orchestration.forecasting.signal.silence import share_alive
from orchestration.forecasting.signal.yearly import believed_waves, try_waves, without_wave

__all__ = ["FALLBACKS", "MEMBERS", "MedianForecaster", "fallbacks_of"]

MEMBERS = {
    "weekday_median": WeekdayMedian,
    "theta": SeasonalTheta,
    "holt_winters": HoltWinters,
    "lag_ridge": LagRidge,
    "last_value": Naive,
    "boosting": LagBoosting,
}
# Two years and the weeks around the same day of the year before. Waves of the year are learnt from
# all that is given.
MEMBER_DAYS = 2 * 365 + 56
# Repeating the last value is the best forecast of a walk and a bad one of anything else: it counts
# only where the past says so.
_UNJUDGED_WEIGHTS = {"last_value": 0.0}
# Series from which it is learnt what waves of the year are worth.
_WAVE_SERIES = 500
# In the order of what a series has to offer.
FALLBACKS = ("dead", "mean", "seasonal_naive_and_mean", "weekday_and_holt_winters", "sparse", "")
_RECENT_SEASONS = 8
# Below half of the days with a value the median of a day is 0, and so would be every total; not far
# below it medians of weekdays still err less. From here on the total counts more: with 0.3 those of
# sparse series were wrong by half as much again.
_SPARSE_BELOW = 0.4


class MedianForecaster(Forecaster):
    """Weighted median of weekday median, theta, Holt-Winters, lag ridge, last value and boosting.

    A mean would be spoiled by one bad member. What a member counts is learnt from what it got
    wrong at earlier days, over all series (:mod:`~orchestration.forecasting.members.weighing`);
    too little past, and all count alike but the last value, which does not. Boosting, if trained,
    has seen those days, and counts like the median of the others.

    The members that learn from one series forecast it without its wave of the year, which is
    added again, as far as past changes speak for it
    (:mod:`~orchestration.forecasting.signal.yearly`).

    A series that is too short or too empty for all of them has a fallback:

    - ``dead``: nothing but 0 for eight weeks, after which 0 goes on;
    - ``mean``: less than a week; the mean;
    - ``seasonal_naive_and_mean``: less than two weeks; the mean of both;
    - ``weekday_and_holt_winters``: less than four weeks; the mean of both;
    - ``sparse``: on most days of the last eight weeks 0; the mean of each weekday, drawn to the
      mean of all days, as a median would forecast 0 for ever.

    A week is the season, if that is longer. A series that is silent for longer than ever before
    counts only as far as it is likely to go on (:mod:`orchestration.forecasting.signal.silence`). A
    history that was never negative has no negative forecast.

    Parameters
    ----------
    horizon, season : int
        As for every forecaster.
    boosting : bool
        Whether to train the member that learns from all series.
    random_state : int
        Seed of that member.

    Attributes
    ----------
    tried_ : Tried
        What waves of the year were worth.
    weights_ : dict of str to float
        What each member counts; empty if the past was too short to judge them.
    boosting_ : LagBoosting
        The member that learns from all series.
    expected_over_usual_ : float
        What days add up to over what their medians do, for series without a fallback.
    """

    def __init__(
        self, horizon: int = 7, season: int = 7, boosting: bool = True, random_state: int = 0
    ):
        super().__init__(horizon, season)
        self.boosting = boosting
        self.random_state = random_state

    def _learn(self, days):
        self.boosting_ = LagBoosting(self.horizon, self.season, random_state=self.random_state)
        sample = np.arange(len(days))
        if len(days) > _WAVE_SERIES:
            rng = np.random.default_rng(self.random_state)
            sample = np.sort(rng.choice(sample, _WAVE_SERIES, replace=False))
        self.tried_ = try_waves(days[sample], self.horizon)
        is_regular = fallbacks_of(days, self.season) == ""
        self.expected_over_usual_ = expected_over_usual(days[is_regular], self.season)
        alone = [name for name in MEMBERS if name != "boosting"]
        self.weights_ = weights_of(
            past_errors(
                days,
                self.horizon,
                lambda known: self.members(known, alone),
                lambda known: fallbacks_of(known, self.season) == "",
            )
        )
        if self.boosting:
            self.boosting_.fit(days[:, -MEMBER_DAYS:])

    def _extend(self, days):
        return self.combine(days, self.members(days))

    def members(self, days: np.ndarray, names=tuple(MEMBERS)) -> dict[str, np.ndarray]:
        """Forecast with each member on its own.

        Parameters
        ----------
        days : ndarray of shape (n_series, n_days)
            Histories.
        names : sequence of str
            The members wanted.

        Returns
        -------
        dict of str to ndarray of shape (n_series, horizon)
            By name; without ``boosting`` where that is not trained.
        """
        recent = days[:, -MEMBER_DAYS:]
        scale = asinh_scale(days)
        wave = believed_waves(days, self.horizon, self.tried_)
        past, ahead = wave[:, : days.shape[1]], wave[:, days.shape[1] :]
        is_wavy = wave.any()
        calm = without_wave(days, past)[:, -MEMBER_DAYS:] if is_wavy else recent
        forecasts = {}
        for name in names:
            if name == "boosting":
                if not getattr(self.boosting_, "is_trained_", False):
                    continue
                forecast = self.boosting_._extend(recent)  # it looks a year back by itself
            else:
                forecast = MEMBERS[name](self.horizon, self.season)._extend(calm)
                if is_wavy:
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
        usual = float(np.median(list(self.weights_.values()))) if self.weights_ else 1.0
        weights = dict.fromkeys(members, usual) | (self.weights_ or _UNJUDGED_WEIGHTS)
        forecast = weighted_median(
            np.stack(list(members.values())), np.array([weights[name] for name in members])
        )
        fallback = fallbacks_of(days, self.season)
        ahead = np.arange(self.horizon) % self.season
        mean = WindowMean(self.horizon, window=28)._extend(days)
        naive = SeasonalNaive(self.horizon, self.season)._extend(days)
        two = (members["weekday_median"] + members["holt_winters"]) / 2
        replacements = {
            "dead": np.zeros_like(forecast),
            "mean": mean,
            "seasonal_naive_and_mean": (naive + mean) / 2,
            "weekday_and_holt_winters": two,
            "sparse": _phase_means(days, self.season)[:, ahead],
        }
        for name, values in replacements.items():
            forecast = np.where((fallback == name)[:, None], values, forecast)
        return self._floored(days, forecast * self._alive(days))

    def expect(self, days: np.ndarray, forecast: np.ndarray) -> np.ndarray:
        """Return what to expect of each day on average, which adds up; the forecast is its median.

        Parameters
        ----------
        days : ndarray of shape (n_series, n_days)
            Histories.
        forecast : ndarray of shape (n_series, horizon)
            As :meth:`combine` returns it.

        Returns
        -------
        ndarray of shape (n_series, horizon)
            Larger where a few dear days make much of the sum; of a series of less than four weeks
            the mean, as far as it is likely to go on; the same for other fallbacks, which are
            means.
        """
        fallback = fallbacks_of(days, self.season)[:, None]
        mean = WindowMean(self.horizon, window=28)._extend(days) * self._alive(days)
        expected = np.where(fallback == "", forecast * self.expected_over_usual_, forecast)
        return np.where(fallback == "weekday_and_holt_winters", mean, expected)

    def _alive(self, days: np.ndarray) -> np.ndarray:
        return share_alive(days[:, -MEMBER_DAYS:], self.season)[:, None]

    @staticmethod
    def _floored(days: np.ndarray, forecast: np.ndarray) -> np.ndarray:
        never_negative = np.nanmin(days, axis=1, keepdims=True) >= 0
        return np.where(never_negative, np.maximum(forecast, 0.0), forecast)


def fallbacks_of(days: np.ndarray, season: int) -> np.ndarray:
    """Return what stands in for the median, series by series.

    Arguments
    ---------
    days : ndarray of shape (n_series, n_days)
        Histories.
    season : int
        Days of a season.

    Returns
    -------
    ndarray of str of shape (n_series,)
        One of `FALLBACKS`; empty where the median of all members holds.
    """
    week = max(season, 7)
    known = days.shape[1] - first_days(days)
    recent = days[:, -_RECENT_SEASONS * week :]
    busy = (recent != 0) & ~np.isnan(recent)
    share = busy.sum(axis=1) / np.minimum(known, recent.shape[1])
    return np.select(
        [
            (share == 0),
            known < week,
            known < 2 * week,
            known < 4 * week,
            share < _SPARSE_BELOW,
        ],
        FALLBACKS[:-1],
        FALLBACKS[-1],
    )


def _phase_means(days: np.ndarray, season: int) -> np.ndarray:
    """Return the mean of each phase (n, season), drawn to the mean of all days.

    By how much the phases differ beyond what their days vary (James-Stein): a job of Mondays
    keeps its Mondays, one of any day has the same mean every day.
    """
    week = max(season, 7)
    recent = phase_matrix(days, season, max(_RECENT_SEASONS * week // season, 1))
    known = ~np.isnan(recent)
    count = np.maximum(known.sum(axis=1), 1)
    means = np.where(known, recent, 0).sum(axis=1) / count
    overall = np.where(known, recent, 0).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1)
    within = np.where(known, (recent - means[:, None]) ** 2, 0).sum(axis=(1, 2))
    of_means = within / np.maximum((count - 1).sum(axis=1), 1) / count.mean(axis=1)
    between = ((means - overall[:, None]) ** 2).sum(axis=1) / max(season - 1, 1)
    kept = np.clip(1 - of_means / np.where(between > 0, between, np.inf), 0, 1)
    return overall[:, None] + kept[:, None] * (means - overall[:, None])
