"""Yearly seasonality is used where it predicted actual values, and nowhere else."""

import numpy as np
import pytest

from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.signal.yearly import (
    evaluate_harmonics,
    remove_component,
    yearly_component,
)

DAYS = 730


@pytest.fixture
def yearly(rng):
    angle = 2 * np.pi * np.arange(DAYS + 30) / 365.25
    return np.exp(3 + 0.5 * np.sin(angle) + rng.normal(0, 0.05, (6, DAYS + 30)))


def test_yearly_seasonality_is_found(yearly):
    known = yearly[:, :DAYS]
    evidence = evaluate_harmonics(known, 30)
    assert evidence.sum_de / evidence.sum_dd == pytest.approx(1, abs=0.15)
    component = yearly_component(known, 30, evidence)
    actual = 0.5 * np.sin(2 * np.pi * np.arange(DAYS + 30) / 365.25)
    actual_change, predicted_change = (
        part[..., -30:].mean(-1) - part[..., -60:-30].mean(-1) for part in (actual, component)
    )
    np.testing.assert_allclose(predicted_change, actual_change, atol=0.06)
    adjusted = remove_component(known, component[:, :DAYS])
    assert np.log(adjusted).std() < 0.3 * np.log(known).std()


def test_the_median_uses_it(yearly):
    known, actual = yearly[:, :DAYS], yearly[:, DAYS:]
    model = MedianForecaster(horizon=30, boosting=False).fit(known)
    error = np.abs(model.predict(known) / actual - 1).mean()
    model.yearly_evidence_ = evaluate_harmonics(known[:, :100], 30)
    assert model.yearly_evidence_.harmonics == 0
    assert error < 0.6 * np.abs(model.predict(known) / actual - 1).mean()


def test_random_walks_have_no_yearly_seasonality(rng):
    walks = np.exp(3 + np.cumsum(rng.normal(0, 0.02, (60, DAYS)), axis=1))
    evidence = evaluate_harmonics(walks, 30)
    assert abs(evidence.sum_de) < 0.3 * evidence.sum_dd


def test_less_than_57_weeks_have_none(yearly):
    assert evaluate_harmonics(yearly[:, :390], 30).harmonics == 0
    evidence = evaluate_harmonics(yearly, 30)
    assert not yearly_component(yearly[:, :390], 30, evidence).any()
    young = yearly.copy()
    young[0, :-390] = np.nan
    components = yearly_component(young, 30, evidence)
    assert not components[0].any()
    assert components[1].any()


def test_a_day_of_zero_stays_zero(yearly):
    known = yearly[:, :DAYS].copy()
    known[:, 300] = 0.0
    assert (remove_component(known, np.full_like(known, 0.4))[:, 300] == 0).all()
