"""Weights of members from their back-test errors, and the weighted median."""

import numpy as np
import pytest

from orchestration.forecasting.members.median import MedianForecaster
from orchestration.forecasting.members.weights import (
    backtest_errors,
    weighted_median,
    weights_from_errors,
)


@pytest.mark.parametrize("members", [1, 2, 3, 4, 5, 6])
def test_equal_weights_give_the_median(rng, members):
    values = rng.normal(0, 1, (members, 4, 9))
    found = weighted_median(values, np.full(members, 0.3))
    np.testing.assert_allclose(found, np.median(values, axis=0))


def test_weights_by_hand():
    values = np.array([[1.0], [2.0], [10.0]])
    np.testing.assert_allclose(weighted_median(values, np.array([1.0, 1.0, 0.0])), [1.5])
    # Shares 1/2, 1/4, 1/4: middles 1/4, 5/8, 7/8; one half is 2/3 of the way from 1 to 2.
    np.testing.assert_allclose(weighted_median(values, np.array([2.0, 1.0, 1.0])), [5 / 3])
    np.testing.assert_allclose(weighted_median(values, np.array([9.0, 1.0, 1.0])), [1.2])


def test_twice_the_error_is_a_sixteenth_of_the_weight():
    errors = {"good": np.array([1.0, 4.0] * 5), "bad": np.array([4.0, 4.0] * 5)}
    assert weights_from_errors(errors) == pytest.approx({"good": 1.0, "bad": 1 / 16})
    assert weights_from_errors({}) == {}
    assert weights_from_errors({"good": np.ones(7), "bad": np.ones(7)}) == {}


def test_back_tests_use_only_earlier_days(rng):
    days = rng.normal(10, 1, (3, 100))
    seen = []

    def members(known):
        seen.append(known.shape[1])
        return {"last": np.repeat(known[:, -1:], 14, axis=1)}

    errors = backtest_errors(days, 14, members, lambda known: np.ones(len(known), bool))
    assert seen == [86, 79, 72, 65, 58]
    expected = [
        np.abs(days[:, end : end + 14] - days[:, end - 1 : end]).mean(axis=1) for end in seen
    ]
    np.testing.assert_allclose(errors["last"], np.concatenate(expected))


def test_the_last_value_has_a_high_weight_for_random_walks_only(rng, weekly):
    walks = np.exp(3 + np.cumsum(rng.normal(0, 0.02, (30, 300)), axis=1))
    of_walks = MedianForecaster(horizon=14, boosting=False).fit(walks).weights_
    of_weeks = MedianForecaster(horizon=14, boosting=False).fit(weekly(30, 300)).weights_
    assert of_walks["last_value"] > 0.8
    assert of_weeks["last_value"] < 0.4
