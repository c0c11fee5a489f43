"""scikit-learn's own checks, and properties of every forecaster."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from orchestration.forecasting.members.baselines import (
    LinearTrend,
    Naive,
    SeasonalNaive,
    WindowMean,
)
from orchestration.forecasting.members.boosting import LagBoosting
from orchestration.forecasting.members.holt_winters import HoltWinters
from orchestration.forecasting.members.lag_ridge import LagRidge
from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.members.theta import SeasonalTheta
from orchestration.forecasting.members.weekday_median import WeekdayMedian

LOCAL = [
    Naive(),
    SeasonalNaive(),
    WindowMean(),
    LinearTrend(),
    WeekdayMedian(),
    SeasonalTheta(),
    HoltWinters(),
    LagRidge(),
]
SMALL_BOOSTING = LagBoosting(min_series=4, min_rows=20, max_iter=5)


@parametrize_with_checks([*LOCAL, LagBoosting(), SMALL_BOOSTING, MedianForecaster()])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


@pytest.mark.parametrize("forecaster", LOCAL, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("season", [1, 4, 7, 30])
@pytest.mark.parametrize("days", [1, 2, 6, 8, 20, 61])
def test_every_length_and_season_has_a_finite_forecast(forecaster, season, days, weekly):
    known = weekly(3, days)
    known[0, : days - 1] = np.nan  # began on the last day
    one = clone(forecaster).set_params(horizon=9, season=season)
    assert np.isfinite(one.fit(known).predict(known)).all()


# The histories are too short for back-tests, in which series share the weights of members.
@pytest.mark.parametrize(
    "forecaster",
    [*LOCAL, MedianForecaster(horizon=50, boosting=False)],
    ids=lambda f: type(f).__name__,
)
def test_a_forecast_does_not_depend_on_longer_series(forecaster, weekly):
    older, young = weekly(2, 120), weekly(1, 70)
    together = np.vstack([older, np.pad(young, ((0, 0), (50, 0)), constant_values=np.nan)])
    alone = clone(forecaster).fit(young).predict(young)
    np.testing.assert_allclose(forecaster.fit(together).predict(together)[-1:], alone, rtol=1e-9)


@pytest.mark.parametrize(
    "forecaster",
    [HoltWinters(), SeasonalTheta(), LagRidge(), WeekdayMedian(), LinearTrend()],
    ids=lambda f: type(f).__name__,
)
def test_forecasts_scale_with_the_unit(forecaster, weekly):
    known = weekly(4, 100)
    in_cents = forecaster.fit(known).predict(100 * known)
    np.testing.assert_allclose(in_cents, 100 * forecaster.predict(known), rtol=1e-6)


def test_a_gap_takes_the_value_before_and_an_empty_row_has_no_forecast():
    days = np.array([[np.nan, 1.0, np.nan], [np.nan, np.nan, np.nan], [1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(
        Naive(1).fit(days).predict(days), np.array([[1.0], [np.nan], [3.0]])
    )


def test_boosting_is_reproducible(weekly):
    known = weekly(40, 200)
    model = LagBoosting(horizon=14, max_iter=30).fit(known)
    assert model.is_trained_
    again = LagBoosting(horizon=14, max_iter=30).fit(known)
    np.testing.assert_array_equal(model.predict(known), again.predict(known))


def test_boosting_of_few_series_repeats_the_season(weekly):
    known = weekly(29, 200)
    model = LagBoosting(horizon=14).fit(known)
    assert not model.is_trained_
    np.testing.assert_array_equal(model.predict(known)[:, :7], known[:, -7:])


def test_boosting_beats_its_fallback(weekly):
    series = weekly(40, 228)
    known, actual = series[:, :-28], series[:, -28:]
    model = LagBoosting(horizon=28, max_iter=40).fit(known)
    error = np.abs(model.predict(known) - actual).mean()
    assert error < 0.9 * np.abs(SeasonalNaive(28).fit(known).predict(known) - actual).mean()
