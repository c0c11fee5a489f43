"""Scores by hand, and the back-test against the panel."""

import numpy as np
import pandas as pd
import pytest

from orchestration.errors import BadInputError
from orchestration.forecasting.evaluation.backtest import backtest
from orchestration.forecasting.evaluation.measures import scores_of
from orchestration.forecasting.panel import forecast_panel


def test_scores_by_hand():
    rows = pd.DataFrame(
        {
            "unique_id": "a",
            "cutoff": 1,
            "method": ["median"] * 3 + ["seasonal_naive"] * 2,
            "y_hat": [8.0, 4.0, 1.0, 6.0, 6.0],
            "lo_95": [6.0, 0, 0, 0, 0],
            "lo_80": [7.0, 3, 0, 0, 0],
            "hi_80": [9.0, 5, 0, 9, 9],
            "hi_95": [10.0, 6, 0, 9, 9],
            "y": [10.0, 4.0, np.nan, 10.0, 4.0],
            "scale": 2.0,
        }
    )
    scores = scores_of(rows, ["method"]).set_index("method")
    median = scores.loc["median"]
    assert median["n_forecasts"] == 1
    assert median["mase"] == pytest.approx((2 + 0) / 2 / 2)
    assert median["relative_mase"] == pytest.approx(0.5 / 1.5)
    assert median["smape"] == pytest.approx(200 * (2 / 18 + 0) / 2)
    assert median["wape"] == pytest.approx(2 / 14)
    assert median["total_error"] == pytest.approx(2 / 14)
    assert median["coverage_80"] == 0.5
    assert median["coverage_95"] == 1.0
    first = 0.025 * 4 + 0.1 * 3 + 0.5 * 2 + 0.9 * 1 + 0
    second = 0.025 * 4 + 0.1 * 1 + 0 + 0.1 * 1 + 0.025 * 2
    assert median["pinball"] == pytest.approx((first + second) / 5 / 2 / 2)


def test_a_backtest_is_the_panel_at_earlier_days(weekly, long_table):
    a, b = weekly(2, 120)
    table = long_table(a=a, b=b)
    forecasts, scores = backtest(table, 7, 7, 3, 10, ["median"])
    last = table["ds"].max() - pd.Timedelta(7, "D")
    cutoffs = [last - pd.Timedelta(10 * k, "D") for k in range(3)]
    expected = forecast_panel(table, 7, cutoffs=cutoffs)
    median = forecasts[forecasts["method"] == "median"].reset_index(drop=True)
    pd.testing.assert_frame_equal(median[expected.columns], expected)
    actual = median.merge(table, on=["unique_id", "ds"])
    np.testing.assert_array_equal(actual["y_x"], actual["y_y"])
    first = median[(median["unique_id"] == "a") & (median["cutoff"] == last)]
    known = a[:113]
    np.testing.assert_allclose(first["scale"], np.abs(known[7:] - known[:-7]).mean())
    assert set(scores["scope"]) == {"series", "overall"}
    assert len(scores) == 2 * 2 + 2
    overall = scores.query("scope == 'overall' and method == 'median'").iloc[0]
    assert overall["n_forecasts"] == 6


def test_unknown_days_are_not_scored_and_zero_days_are(long_table):
    far_from_0 = long_table(a=50 + np.arange(60.0) % 7).drop(index=[55])
    forecasts, _ = backtest(far_from_0, 10, 7, 1, 7, ["naive"])
    assert forecasts.query("method == 'naive'")["y"].isna().sum() == 1
    forecasts, _ = backtest(far_from_0, 10, 7, 1, 7, ["naive"], missing="zero")
    assert (forecasts.query("method == 'naive'")["y"] == 0).sum() == 1


def test_a_history_too_short_for_a_backtest(long_table):
    with pytest.raises(BadInputError, match="must be 1 or more"):
        backtest(long_table(a=[1.0] * 50), 7, 7, 0, 7, ["naive"])
    with pytest.raises(BadInputError, match="before the first day"):
        backtest(long_table(a=[1.0] * 5), 7, 7, 2, 7, ["naive"])
