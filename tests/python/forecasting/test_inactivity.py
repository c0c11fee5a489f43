"""A series that is inactive for longer than ever before may have ended."""

import numpy as np
import pytest

from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.signal.inactivity import probability_active


def _active(*values):
    return probability_active(np.array([values], dtype=float), 7)[0]


def test_the_probability_falls_with_the_days_of_inactivity():
    probabilities = [_active(*[3.0] * 40, *[0.0] * zeros) for zeros in range(15)]
    assert probabilities[0] == 1
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0.5 < probabilities[1] < 0.98
    assert probabilities[7] < 0.05


def test_a_pause_as_long_as_an_earlier_one_is_no_evidence():
    with_a_pause = [*[2.0] * 20, *[0.0] * 6, *[2.0] * 20]
    assert _active(*with_a_pause, *[0.0] * 6) == 1
    assert _active(*with_a_pause, *[0.0] * 7) < 0.2


def test_inactive_weekends_are_no_evidence():
    week = [1.0] * 5 + [0.0] * 2
    assert _active(*week * 8) == 1
    assert _active(*week[:5]) == 1
    assert _active(*week[:5], 0, 0) > _active(*[1.0] * 5 + [1.0] * 2, 0, 0) > 0.5


def test_a_series_of_only_zeros_has_not_ended():
    assert _active(*[0.0] * 30) == 1
    assert _active(0.0) == 1


def test_one_day_by_hand():
    # Five of the forty active days fall on the weekday of the zero. The overall rate is the prior.
    overall_rate = 40.5 / 41
    rate = (5 + overall_rate) / (5 + 1)
    likelihood = (1 - rate) ** 0.5 * 0.99
    assert _active(*[3.0] * 40, 0.0) == pytest.approx(likelihood / (likelihood + 0.01))


def test_the_probability_does_not_depend_on_longer_series(rng):
    young = np.r_[np.full(20, np.nan), np.where(rng.random(20) < 0.8, 1.0, 0.0), np.zeros(6)]
    older = rng.random((3, 46))
    alone = probability_active(young[None, 20:], 7)
    np.testing.assert_allclose(probability_active(np.vstack([older, young]), 7)[-1:], alone)


def test_the_forecast_is_multiplied_by_it():
    ended = np.r_[np.full(60, 5.0), np.zeros(10)][None]
    assert MedianForecaster(horizon=7).fit(ended).predict(ended).max() < 0.2
