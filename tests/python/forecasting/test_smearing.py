"""Mean forecasts, which add up to totals: the smearing factor."""

import numpy as np
import pandas as pd
import pytest

from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.panel import forecast_panel
from orchestration.forecasting.signal.smearing import smearing_factor

WEEKS = 20


def skewed_days(n_series=60, sigma=1.0, seed=1) -> np.ndarray:
    """Return log-normal days of a weekly pattern: their mean is exp(sigma² / 2) medians."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(1, 20, (n_series, 1)) * np.tile([1, 1, 1.2, 1, 0.9, 0.3, 0.2], WEEKS)
    return level * np.exp(rng.normal(0, sigma, (n_series, 7 * WEEKS)))


def by_hand(days: np.ndarray) -> float:
    """Compute the factor of the docstring weekday by weekday, with loops."""
    sums, medians = [], []
    for series in days[:, -56:]:
        for weekday in range(7):
            values = series[weekday::7]
            values = values[~np.isnan(values)]
            if len(values):
                sums.append(values.sum())
                medians.append(len(values) * np.median(values))
    ratio = sum(sums) / sum(medians)
    variance = (
        sum((s - ratio * m) ** 2 for s, m in zip(sums, medians, strict=True)) / sum(medians) ** 2
    )
    return 1 + max(0.0, 1 - 2 * variance / (ratio - 1) ** 2) * (ratio - 1)


def test_r041_the_mean_of_skewed_days_is_above_their_median():
    days = skewed_days()
    found = smearing_factor(days, 7)
    assert found == pytest.approx(by_hand(days))
    # Medians of eight days lie above those of all: between 1 and exp(1/2), near the latter.
    assert 1.3 < found < np.exp(0.5)


def test_r041_days_before_the_first_are_ignored():
    days = skewed_days()
    days[::2, :-20] = np.nan
    assert smearing_factor(days, 7) == pytest.approx(by_hand(days))


@pytest.mark.parametrize("seed", range(5))
def test_r041_symmetric_noise_gives_a_factor_of_1(seed):
    rng = np.random.default_rng(seed)
    assert smearing_factor(10 + rng.normal(0, 1, (30, 140)), 7) == pytest.approx(1, abs=0.01)


def test_r041_one_expensive_day_has_no_effect_and_the_factor_is_at_most_2():
    days = np.full((1, 140), 10.0)
    assert smearing_factor(days, 7) == 1
    days[0, -3] = 5000.0
    assert smearing_factor(days, 7) == 1
    spiky = np.where(np.arange(140) % 28 < 7, 100.0, 1.0)[None]
    assert smearing_factor(np.repeat(spiky, 50, axis=0), 7) == 2
    assert smearing_factor(np.zeros((3, 140)), 7) == 1
    assert smearing_factor(np.empty((0, 140)), 7) == 1


def test_r041_the_mean_forecast_of_a_fallback_is_a_mean():
    days = skewed_days()
    days[5, :-20] = np.nan
    days[6, :-20], days[6, -9:] = np.nan, 0.0
    days[:5] = np.where(np.random.default_rng(0).random((5, days.shape[1])) < 0.1, 3.0, 0.0)
    fitted = MedianForecaster(30, 7, boosting=False).fit(days)
    forecast = fitted.predict(days)
    expected = fitted.mean_forecast(days, forecast)
    np.testing.assert_array_equal(expected[:5], forecast[:5])
    np.testing.assert_allclose(expected[5], np.full(30, days[5, -20:].mean()))
    # After nine inactive days it has probably ended.
    assert 0 < expected[6].max() < 0.1 * days[6, -20:].mean()
    np.testing.assert_allclose(expected[7:], forecast[7:] * fitted.smearing_factor_)
    assert fitted.smearing_factor_ > 1.3


def test_r041_the_error_of_a_total_is_that_of_the_mean_forecast():
    rows = pd.DataFrame(
        {
            "unique_id": "a",
            "method": ["median"] * 2 + ["seasonal_naive"] * 2,
            "cutoff": pd.Timestamp("2026-03-01"),
            "y": [4.0, 6.0] * 2,
            "y_hat": [4.0, 4.0, 6.0, 6.0],
            "expected": [5.0, 5.0, 6.0, 6.0],
            "scale": 1.0,
            **dict.fromkeys(["lo_80", "lo_95"], 0.0),
            **dict.fromkeys(["hi_80", "hi_95"], 9.0),
        }
    )
    with_expected = scores_of(rows, ["method"]).set_index("method")
    assert with_expected["total_error"].to_dict() == {"median": 0.0, "seasonal_naive": 0.2}
    without = scores_of(rows.drop(columns="expected"), ["method"]).set_index("method")
    assert without["total_error"].to_dict() == {"median": 0.2, "seasonal_naive": 0.2}
    assert with_expected["mase"].equals(without["mase"])


def test_r041_mean_forecasts_use_only_earlier_days():
    days = skewed_days(12)
    dates = pd.date_range("2026-01-05", periods=days.shape[1])
    names = np.repeat([f"s{k}" for k in range(len(days))], len(dates))
    panel = pd.DataFrame({"unique_id": names, "ds": np.tile(dates, len(days)), "y": days.ravel()})
    cutoff = dates[-40].date()
    every = forecast_panel(panel, 7, cutoffs=[cutoff])
    past = forecast_panel(panel[panel["ds"] <= dates[-40]], 7, cutoffs=[cutoff])
    pd.testing.assert_frame_equal(every, past)
    ratio = every["expected"] / every["y_hat"]
    assert ratio.min() == pytest.approx(ratio.max())
    assert ratio.min() > 1.2
