"""Each method against an independent implementation; the fallbacks."""

import itertools
import statistics

import numpy as np
import pytest
from scipy import stats

from orchestration.forecasting.members.baselines import LinearTrend
from orchestration.forecasting.members.fallbacks import fallbacks_of
from orchestration.forecasting.members.holt_winters import HoltWinters
from orchestration.forecasting.members.lag_ridge import LagRidge, lags_of
from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.members.theta import SeasonalTheta
from orchestration.forecasting.members.weekday_median import WeekdayMedian
from orchestration.forecasting.signal.outliers import winsorised


def test_linear_30d_is_least_squares_of_the_last_30_days(weekly):
    """Slope, intercept and forecasts equal scipy's."""
    known = weekly(5, 80)
    forecast = LinearTrend(horizon=7).fit(known).predict(known)
    at_end, slope = LinearTrend().line(known)
    for row, path, value, rise in zip(known, forecast, at_end, slope, strict=True):
        line = stats.linregress(np.arange(30), row[-30:])
        assert rise == pytest.approx(line.slope, rel=1e-9)
        assert value == pytest.approx(line.intercept + 29 * line.slope, rel=1e-9)
        np.testing.assert_allclose(path, line.intercept + line.slope * np.arange(30, 37))


def test_linear_30d_by_hand():
    known = np.arange(40.0)[None]
    np.testing.assert_allclose(LinearTrend(3).fit(known).predict(known), [[40, 41, 42]])


def test_weekday_median_by_hand(weekly):
    (row,) = weekly(1, 100)
    expected = []
    ratio = statistics.median(row[-14:]) / statistics.median(row[-56:])
    for ahead in range(10):
        same = [row[len(row) - 7 * back + ahead % 7] for back in range(1, 9)]
        expected.append(statistics.median(same) * min(max(ratio, 0.5), 2) ** 0.7)
    np.testing.assert_allclose(WeekdayMedian(10).fit([row]).predict([row])[0], expected)


def test_holt_winters_is_the_best_of_its_grid(weekly):
    (row,) = weekly(1, 90)
    scale = np.median(np.abs(row[-56:]))
    z = winsorised(np.arcsinh(row / scale)[None], 7)[0]
    best = None
    model = HoltWinters(horizon=14)
    for a, g in itertools.product(model.level_rates, model.season_rates):
        level = z[:14].mean()
        levels = [level] * 7
        pattern = {d: (z[d] + z[d + 7]) / 2 - level for d in range(7)}
        squared = 0.0
        for t, value in enumerate(z):
            before = pattern[t % 7]
            e = value - level - before
            level += a * e
            pattern[t % 7] += g * e
            squared += (value - levels[t] - before) ** 2 if t >= 14 else 0.0
            levels.append(level)
        if best is None or squared < best[0]:
            best = squared, level, dict(pattern)
    _, level, pattern = best
    expected = [np.sinh(level + pattern[(90 + k) % 7]) * scale for k in range(14)]
    np.testing.assert_allclose(model.fit([row]).predict([row])[0], expected)


def test_theta_by_hand(weekly):
    (row,) = weekly(1, 70)
    scale = np.median(np.abs(row[-56:]))
    z = np.arcsinh(row / scale)
    apart = {d: [] for d in range(7)}
    for t in range(3, 67):
        apart[t % 7].append(z[t] - np.mean(z[t - 3 : t + 4]))
    index = {d: np.mean(values) for d, values in apart.items()}
    middle = np.mean(list(index.values()))
    rest = np.array([z[t] - index[t % 7] + middle for t in range(70)])
    slope, intercept = np.polyfit(np.arange(70), rest, 1)
    curved = 2 * rest - (intercept + slope * np.arange(70))
    model = SeasonalTheta(horizon=9)
    best = None
    for alpha in model.alphas:
        level, squared = curved[0], 0.0
        for value in curved:
            squared += (value - level) ** 2
            level += alpha * (value - level)
        if best is None or squared < best[0]:
            best = squared, level
    expected = [
        np.sinh((intercept + slope * (70 + k) + best[1]) / 2 + index[(70 + k) % 7] - middle) * scale
        for k in range(9)
    ]
    np.testing.assert_allclose(model.fit([row]).predict([row])[0], expected)


def test_lag_ridge_solves_the_penalised_least_squares(rng):
    z = rng.normal(0, 1, (1, 150))
    z -= z.mean()
    lags = lags_of(7, 150)
    assert list(lags) == [1, 2, 3, 4, 5, 6, 7, 14, 21, 28]
    model = LagRidge()
    found = model._coefficients(z, lags)[0]
    rows = range(28, 150)
    features = np.array([[z[0, t - lag] for lag in lags] for t in rows])
    penalty = (0.02 * len(features) + 1) * z.var() + 1e-9
    # Ridge equals least squares with an extra row, the root of the penalty, per coefficient.
    stacked = np.vstack([features, np.sqrt(penalty) * np.eye(len(lags))])
    target = np.r_[z[0, 28:], np.zeros(len(lags))]
    np.testing.assert_allclose(found, np.linalg.lstsq(stacked, target)[0], rtol=1e-8)


def test_without_back_tests_the_weights_are_equal(weekly):
    known = weekly(3, 60)  # fewer than 8 origins with eight weeks before and 10 days after
    model = MedianForecaster(horizon=10, boosting=False).fit(known)
    assert model.weights_ == {}
    members = model.members(known, ["weekday_median", "theta", "holt_winters", "lag_ridge"])
    expected = np.sort(np.stack(list(members.values())), axis=0)[1:3].mean(axis=0)
    np.testing.assert_allclose(model.predict(known), expected)


@pytest.mark.parametrize(
    ("values", "fallback", "expected"),
    [
        ([5.0], "mean", [5.0] * 4),
        ([1.0, 2.0, 6.0], "mean", [3.0] * 4),
        ([0.0] * 90, "dead", [0.0] * 4),
        ([0.0], "dead", [0.0] * 4),
        ([3.0] * 30 + [0.0] * 56, "dead", [0.0] * 4),
        ([7.5] * 90, "", [7.5] * 4),
        ([-2.0] * 90, "", [-2.0] * 4),
        (
            [7.0, 1, 1, 1, 1, 1, 1, 7],
            "seasonal_naive_and_mean",
            [(1 + 2.5) / 2] * 4,
        ),
        ([2.0] * 20, "weekday_and_holt_winters", [2.0] * 4),
        ([7.0, 0, 0, 0, 0, 0, 0] * 10, "sparse", [7.0, 0, 0, 0]),
    ],
)
def test_fallbacks(values, fallback, expected):
    known = np.array([values])
    assert fallbacks_of(known, 7)[0] == fallback
    forecast = MedianForecaster(horizon=4).fit(known).predict(known)
    np.testing.assert_allclose(forecast, [expected], atol=1e-9)


def test_a_sparse_series_keeps_its_total(rng):
    known = np.where(rng.random((200, 112)) < 0.15, 10.0, 0.0)
    assert (fallbacks_of(known, 7) == "sparse").mean() > 0.95
    total = MedianForecaster(horizon=28, boosting=False).fit(known).predict(known).sum()
    assert total == pytest.approx(200 * 28 * 1.5, rel=0.1)


def test_only_a_history_with_negative_values_has_a_negative_forecast():
    falling = np.maximum(100 - 2.0 * np.arange(60), 0.5)[None]
    assert (MedianForecaster(30).fit(falling).predict(falling) >= 0).all()
    below = (20 - 1.0 * np.arange(60))[None]
    assert (MedianForecaster(7).fit(below).predict(below) < -20).any()
