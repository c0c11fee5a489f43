"""Conformal quantiles by hand, and the widths used when there are too few errors."""

import numpy as np
import pandas as pd
import pytest

from orchestration.forecasting.intervals import (
    ErrorPool,
    change_scale,
    largest_error,
    origins_per_week,
    scaled_errors,
    weeks_back,
)
from orchestration.forecasting.panel import forecast_panel
from orchestration.forecasting.presets import DEFAULT_HALF_WIDTH, GROWTH_POWER


def test_the_bounds_are_the_kth_errors_from_both_ends(rng):
    errors = np.full((50, 9, 14), np.nan)
    first, second = rng.permutation(np.arange(-1400.0, 1400)), rng.normal(0, 1, (50, 8, 7))
    errors[:, :8, :7] = first.reshape(50, 8, 7)
    errors[:, 1:9, 7:] = second
    pool = ErrorPool(errors)
    # 2,800 errors: the 280th from each end holds 80%, the 70th 95%.
    assert pool.quantiles(0, 80) == (-1400 + 279, 1399 - 279)
    assert pool.quantiles(0, 95) == (-1400 + 69, 1399 - 69)
    ordered = np.sort(second.ravel())
    assert pool.quantiles(1, 80) == (ordered[279], ordered[-280])


def test_each_week_takes_its_latest_origins(rng):
    errors = rng.normal(0, 1, (60, 30, 14))
    errors[:, 26:, :7] = 1e6  # too old for the first week
    assert ErrorPool(errors).quantiles(0, 95)[1] < 10
    errors[:, 0, 7:] = 1e6  # not yet known for the second
    assert ErrorPool(errors).quantiles(1, 95)[1] < 10


def test_too_few_errors_are_extrapolated_or_have_the_default_width():
    errors = np.full((60, 8, 28), np.nan)
    errors[:, :, :7] = np.linspace(-1, 1, 60 * 8 * 7).reshape(60, 8, 7)
    low, high = ErrorPool(errors).quantiles(0, 80)
    growth = 4**GROWTH_POWER
    assert ErrorPool(errors).quantiles(3, 80) == pytest.approx((growth * low, growth * high))
    # Errors of a single origin say nothing of what all series share.
    errors[:, 1, 7:14] = 100
    assert ErrorPool(errors).quantiles(1, 80)[1] == pytest.approx(2**GROWTH_POWER * high)
    nothing = ErrorPool(np.full((1, 8, 28), np.nan))
    assert nothing.quantiles(0, 80) == (-DEFAULT_HALF_WIDTH[80], DEFAULT_HALF_WIDTH[80])
    assert nothing.quantiles(3, 95) == (-2 * DEFAULT_HALF_WIDTH[95], 2 * DEFAULT_HALF_WIDTH[95])


def test_an_interval_is_the_inverse_of_the_errors(rng):
    """An actual value at a bound of the interval has an error at a quantile of the pool."""
    forecast, scale = rng.uniform(1, 50, (60, 7)), rng.uniform(0.5, 5, (60, 1))
    errors = rng.normal(0, 0.5, (60, 8, 7))
    pool = ErrorPool(errors)
    low, high = pool.interval(forecast, scale, 80)
    bounds = pool.quantiles(0, 80)
    np.testing.assert_allclose(scaled_errors(low, forecast, scale), bounds[0], rtol=1e-9)
    np.testing.assert_allclose(scaled_errors(high, forecast, scale), bounds[1], rtol=1e-9)


def test_a_constant_series_has_an_interval_of_width_0():
    days = np.full((1, 80), 4.0)
    scale = change_scale(days, 7)
    assert scale == 0
    low, high = ErrorPool(np.full((1, 8, 7), np.nan)).interval(np.full((1, 7), 4.0), scale, 95)
    assert (low == 4).all()
    assert (high == 4).all()
    assert np.isnan(scaled_errors(days, days + 1, scale)).all()


def test_intervals_are_limited_by_the_largest_error(rng):
    """Errors of a line through sparse series give a steady series no enormous interval."""
    actual, forecast, scale = np.zeros((60, 8, 7)), np.full((60, 8, 7), 500.0), 0.01
    errors = scaled_errors(actual, forecast, np.full((60, 1, 1), scale))
    assert np.abs(errors).max() > 1000  # sinh overflows
    largest = largest_error(actual, forecast, np.full((60, 1, 1), scale))
    assert largest == pytest.approx(500 / scale)
    pool, steady = ErrorPool(errors, largest), rng.uniform(1, 2, (60, 7))
    for level in (80, 95):
        low, high = pool.interval(steady, np.full((60, 1), 0.1), level)
        assert (low >= steady - 3 * largest * 0.1 - 1e-6).all()
        assert (high <= steady + 3 * largest * 0.1 + 1e-6).all()
        unlimited = ErrorPool(errors).interval(steady, np.full((60, 1), 0.1), level)
        assert np.isfinite(unlimited).all()


def test_change_scale_by_hand():
    days = np.array([[np.nan] * 3 + [1.0, 2, 3, 4, 5, 6, 7, 3, 0]])
    np.testing.assert_allclose(change_scale(days, 7), [[(2 + 2) / 2]])
    np.testing.assert_allclose(change_scale(days[:, :10], 7), [[4.0]])  # a week: mean |y|


@pytest.mark.parametrize(
    ("series", "horizon", "origins", "weeks"), [(1, 7, 52, 52), (1, 30, 52, 56), (1000, 30, 26, 30)]
)
def test_few_series_look_further_back(series, horizon, origins, weeks):
    assert origins_per_week(series) == origins
    assert weeks_back(series, horizon) == weeks


def test_shared_shocks_of_few_origins_widen_an_interval():
    """Sixty series with one shock per origin are hardly more than one; independent ones are."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(60, 4, 7))
    shared = np.concatenate([noise[:1].mean(axis=2, keepdims=True) * 3 + noise / 10])
    for level in (80, 95):
        independent = ErrorPool(noise).quantiles(0, level)
        rank = int((noise.size + 1) * (1 - level / 100) / 2)
        assert independent[1] == pytest.approx(np.sort(noise.ravel())[-rank], rel=0.1)
        rank_of_shared = np.sort(shared.ravel())[-rank]
        assert ErrorPool(shared).quantiles(0, level)[1] > 1.3 * rank_of_shared


@pytest.mark.parametrize("age", [14, 28])
def test_young_random_walks_have_wide_intervals(rng, age):
    """Errors of a week of history, measured in the level, gave intervals that half of them left."""
    days = pd.date_range("2026-01-01", periods=age + 14)
    walks = np.exp(rng.normal(5, 1, (40, 1)) + rng.normal(0, 0.1, (40, age + 14)).cumsum(axis=1))
    series = pd.concat(
        pd.DataFrame({"unique_id": f"s{nth}", "ds": days, "y": walk})
        for nth, walk in enumerate(walks)
    )
    known = series[series["ds"] < days[age]]
    forecasts = forecast_panel(known, 14).merge(series, on=["unique_id", "ds"])
    assert forecasts["y"].between(forecasts["lo_80"], forecasts["hi_80"]).mean() > 0.7
    assert forecasts["y"].between(forecasts["lo_95"], forecasts["hi_95"]).mean() > 0.85
