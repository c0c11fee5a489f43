"""Panels: no leakage from later rows, ordered intervals, every method and length."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import BadInputError
from orchestration.forecasting.cutoff import METHODS
from orchestration.forecasting.panel import forecast_panel

COLUMNS = [
    "unique_id",
    "cutoff",
    "ds",
    "method",
    "fallback",
    "y_hat",
    "expected",
    "lo_80",
    "hi_80",
    "lo_95",
    "hi_95",
]


def panel(values: np.ndarray) -> pd.DataFrame:
    n, days = values.shape
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"s{i:02}" for i in range(n)], days),
            "ds": np.tile(pd.date_range("2025-01-06", periods=days), n),
            "y": values.ravel(),
        }
    )


@pytest.fixture(scope="module")
def thirty():
    """Thirty-one series, enough for the boosted member, with gaps; and their forecasts."""
    rng = np.random.default_rng(3)
    pattern = np.tile(rng.normal(0, 0.4, (31, 7)), 30)[:, :130]
    table = panel(np.exp(1 + pattern + rng.normal(0, 0.4, (31, 130))))
    table = table[rng.random(len(table)) > 0.03]
    cutoffs = [pd.Timestamp("2025-03-25")]
    return table, cutoffs, forecast_panel(table, 10, cutoffs=cutoffs, methods=METHODS)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 1000), how=st.sampled_from(["cut", "alter", "shuffle", "longer"]))
def test_later_rows_have_no_influence(thirty, seed, how):
    table, cutoffs, forecasts = thirty
    rng = np.random.default_rng(seed)
    later = table["ds"] > cutoffs[0]
    if how == "cut":
        other = table[~later | (rng.random(len(table)) < 0.5)]
    elif how == "alter":
        other = table.assign(y=table["y"].where(~later, rng.normal(0, 1e6, len(table))))
    elif how == "longer":
        other = pd.concat(
            [table, table[later].assign(ds=lambda t: t["ds"] + pd.Timedelta(400, "D"))]
        )
    else:
        other = table
    other = other.sample(frac=1, random_state=seed)
    again = forecast_panel(other, 10, cutoffs=cutoffs, methods=METHODS)
    pd.testing.assert_frame_equal(again, forecasts)


def test_cutoffs_are_independent(weekly):
    table = panel(weekly(3, 150))
    days = [pd.Timestamp("2025-04-01"), pd.Timestamp("2025-05-01")]
    both = forecast_panel(table, 8, cutoffs=days[::-1])
    apart = pd.concat([forecast_panel(table, 8, cutoffs=[day]) for day in days])
    pd.testing.assert_frame_equal(both, apart.reset_index(drop=True))


def test_every_method_has_its_rows_and_ordered_intervals(thirty):
    _, cutoffs, forecasts = thirty
    assert list(forecasts.columns) == COLUMNS
    assert len(forecasts) == 31 * 10 * len(METHODS)
    assert forecasts["ds"].min() == cutoffs[0] + pd.Timedelta(1, "D")
    assert forecasts["ds"].max() == cutoffs[0] + pd.Timedelta(10, "D")
    assert not forecasts.isna().any().any()
    bounds = forecasts[["lo_95", "lo_80", "y_hat", "hi_80", "hi_95"]].to_numpy()
    assert (np.diff(bounds, axis=1) >= 0).all()
    floored = forecasts[forecasts["method"] != "linear_30d"]
    assert (floored[["lo_95", "y_hat"]] >= 0).all().all()
    assert (forecasts["fallback"] == "").all()


def test_coverage_of_intervals_over_a_year(rng):
    """For independent days of constant variance the coverage equals the level, up to noise."""
    values = 100 + 10 * rng.normal(size=(29, 330))  # too few series to train boosting
    table = panel(values)
    cutoff = table["ds"].max() - pd.Timedelta(28, "D")
    forecasts = forecast_panel(table, 28, cutoffs=[cutoff])
    both = forecasts.merge(table, on=["unique_id", "ds"])
    within = [(both["y"].between(both[f"lo_{p}"], both[f"hi_{p}"])).mean() for p in (80, 95)]
    assert within == pytest.approx([0.80, 0.95], abs=0.04)


@pytest.mark.parametrize(
    ("values", "fallback"),
    [
        ([5.0], "mean"),
        ([0.0], "dead"),
        ([1.0, 2, 3], "mean"),
        ([4.0] * 10, "seasonal_naive_and_mean"),
        ([4.0, 5] * 10, "weekday_and_holt_winters"),
        ([4.0] * 200, ""),
        ([0.0] * 200, "dead"),
        (list(range(-100, 100)), ""),
        ([0.0] * 50 + [3.0] + [0.0] * 30, "sparse"),
    ],
)
def test_a_series_alone(values, fallback):
    forecasts = forecast_panel(panel(np.array([values], dtype=float)), 12, methods=METHODS)
    median = forecasts[forecasts["method"] == "median"]
    assert set(median["fallback"]) == {fallback}
    assert np.isfinite(forecasts.select_dtypes("number")).all().all()
    bounds = forecasts[["lo_95", "lo_80", "y_hat", "hi_80", "hi_95"]].to_numpy()
    assert (np.diff(bounds, axis=1) >= 0).all()
    if min(values) >= 0:
        assert (median["lo_95"] >= 0).all()
    if len(set(values)) == 1 and len(values) > 7:
        np.testing.assert_allclose(median[["lo_95", "y_hat", "hi_95"]], values[0])


@pytest.mark.parametrize("season", [1, 5, 12])
def test_other_seasons(season, rng):
    pattern = np.tile(rng.normal(0, 5, season), 200)[:180]
    table = panel((50 + pattern + rng.normal(0, 0.1, 180))[None])
    forecasts = forecast_panel(table, 12, season=season)
    expected = (50 + np.tile(pattern[:season], 100))[180:192] if season > 1 else 50 + pattern[:12]
    np.testing.assert_allclose(forecasts["y_hat"], expected, atol=0.5)


def test_without_cutoffs_each_series_is_forecast_from_its_own_end(long_table):
    forecasts = forecast_panel(long_table(a=[1.0] * 20, b=[2.0] * 40), 3)
    starts = forecasts.groupby("unique_id")["cutoff"].first()
    assert (starts["b"] - starts["a"]).days == 20
    assert forecasts.groupby("unique_id")["y_hat"].mean().tolist() == [1, 2]


def test_series_that_begin_after_a_cutoff_are_left_out(long_table):
    table = long_table(a=np.arange(30.0), b=np.arange(60.0))
    table.loc[table["unique_id"] == "a", "ds"] += pd.Timedelta(30, "D")
    forecasts = forecast_panel(table, 3, cutoffs=[pd.Timestamp("2025-01-20")])
    assert set(forecasts["unique_id"]) == {"b"}
    with pytest.raises(BadInputError, match="before the first day"):
        forecast_panel(table, 3, cutoffs=[pd.Timestamp("2024-01-20")])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"horizon": 0}, "must be 1 or more"),
        ({"horizon": 3, "season": 0}, "must be 1 or more"),
        ({"horizon": 3, "methods": ["arima"]}, "no method arima"),
        ({"horizon": 3, "levels": (95, 80)}, "rising"),
        ({"horizon": 3, "missing": "guess"}, "no rule guess for missing days"),
    ],
)
def test_bad_arguments_are_named(long_table, arguments, says):
    with pytest.raises(BadInputError, match=says):
        forecast_panel(long_table(a=[1, 2, 3]), **arguments)


def test_progress_reaches_the_end(long_table):
    steps = []
    table = long_table(a=[1.0] * 20, b=[2.0] * 40)
    forecast_panel(table, 3, progress=lambda *step: steps.append(step))
    assert steps[-1] == (2, 2)
