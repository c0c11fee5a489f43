"""A year is believed where it foretold what came, and nowhere else."""

import numpy as np
import pytest

from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.signal.yearly import believed_waves, try_waves, without_wave

DAYS = 730


@pytest.fixture
def wavy(rng):
    angle = 2 * np.pi * np.arange(DAYS + 30) / 365.25
    return np.exp(3 + 0.5 * np.sin(angle) + rng.normal(0, 0.05, (6, DAYS + 30)))


def test_a_wave_is_found_and_believed(wavy):
    known = wavy[:, :DAYS]
    tried = try_waves(known, 30)
    assert tried.gain / tried.power == pytest.approx(1, abs=0.15)
    wave = believed_waves(known, 30, tried)
    came = 0.5 * np.sin(2 * np.pi * np.arange(DAYS + 30) / 365.25)
    change, foretold = (
        part[..., -30:].mean(-1) - part[..., -60:-30].mean(-1) for part in (came, wave)
    )
    np.testing.assert_allclose(foretold, change, atol=0.06)
    calm = without_wave(known, wave[:, :DAYS])
    assert np.log(calm).std() < 0.3 * np.log(known).std()


def test_the_median_follows_it(wavy):
    known, truth = wavy[:, :DAYS], wavy[:, DAYS:]
    model = MedianForecaster(horizon=30, boosting=False).fit(known)
    error = np.abs(model.predict(known) / truth - 1).mean()
    model.tried_ = try_waves(known[:, :100], 30)
    assert model.tried_.waves == 0
    assert error < 0.6 * np.abs(model.predict(known) / truth - 1).mean()


def test_walks_have_no_year(rng):
    walks = np.exp(3 + np.cumsum(rng.normal(0, 0.02, (60, DAYS)), axis=1))
    tried = try_waves(walks, 30)
    assert abs(tried.gain) < 0.3 * tried.power


def test_less_than_57_weeks_have_none(wavy):
    assert try_waves(wavy[:, :390], 30).waves == 0
    tried = try_waves(wavy, 30)
    assert not believed_waves(wavy[:, :390], 30, tried).any()
    young = wavy.copy()
    young[0, :-390] = np.nan
    waves = believed_waves(young, 30, tried)
    assert not waves[0].any()
    assert waves[1].any()


def test_a_day_off_stays_one(wavy):
    known = wavy[:, :DAYS].copy()
    known[:, 300] = 0.0
    assert (without_wave(known, np.full_like(known, 0.4))[:, 300] == 0).all()
