"""Who has been silent for longer than ever may have ended."""

import numpy as np
import pytest

from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.signal.silence import share_alive


def _alive(*values):
    return share_alive(np.array([values], dtype=float), 7)[0]


def test_the_longer_the_silence_the_less_likely():
    shares = [_alive(*[3.0] * 40, *[0.0] * silent) for silent in range(15)]
    assert shares[0] == 1
    assert shares == sorted(shares, reverse=True)
    assert 0.5 < shares[1] < 0.98
    assert shares[7] < 0.05


def test_a_silence_that_ended_before_is_no_sign():
    once = [*[2.0] * 20, *[0.0] * 6, *[2.0] * 20]
    assert _alive(*once, *[0.0] * 6) == 1
    assert _alive(*once, *[0.0] * 7) < 0.2


def test_weekends_off_are_expected():
    week = [1.0] * 5 + [0.0] * 2
    assert _alive(*week * 8) == 1
    assert _alive(*week[:5]) == 1
    assert _alive(*week[:5], 0, 0) > _alive(*[1.0] * 5 + [1.0] * 2, 0, 0) > 0.5


def test_what_never_ran_has_not_fallen_silent():
    assert _alive(*[0.0] * 30) == 1
    assert _alive(0.0) == 1


def test_one_day_by_hand():
    # Of forty busy days five fell on the weekday of the silent one: one half more, of one more.
    usual = 40.5 / 41
    chance = (5 + usual) / (5 + 1)
    quiet = (1 - chance) ** 0.5 * 0.99
    assert _alive(*[3.0] * 40, 0.0) == pytest.approx(quiet / (quiet + 0.01))


def test_a_series_is_the_same_behind_older_ones(rng):
    young = np.r_[np.full(20, np.nan), np.where(rng.random(20) < 0.8, 1.0, 0.0), np.zeros(6)]
    older = rng.random((3, 46))
    alone = share_alive(young[None, 20:], 7)
    np.testing.assert_allclose(share_alive(np.vstack([older, young]), 7)[-1:], alone)


def test_the_forecast_falls_with_it():
    ended = np.r_[np.full(60, 5.0), np.zeros(10)][None]
    assert MedianForecaster(horizon=7).fit(ended).predict(ended).max() < 0.2
