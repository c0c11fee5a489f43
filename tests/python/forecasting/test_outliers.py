"""Winsorising: outliers are clipped, lasting level shifts are not."""

import numpy as np
import pytest

from orchestration.forecasting.signal.outliers import winsorised


def test_a_holiday_is_clipped_and_the_days_around_it_stay(rng):
    calm = rng.normal(0, 0.1, (2, 200))
    days = calm.copy()
    days[0, 190] = -5.0
    cleaned = winsorised(days, 7)
    assert -0.6 < cleaned[0, 190] < -0.2
    np.testing.assert_allclose(cleaned[0, 191:], winsorised(calm, 7)[0, 191:], atol=0.1)
    np.testing.assert_array_equal(cleaned[1], winsorised(calm, 7)[1])


def test_a_level_shift_is_not_clipped_after_eight_days(rng):
    days = rng.normal(0, 0.1, (1, 200))
    days[:, 150:] += 5.0
    cleaned = winsorised(days, 1)
    assert cleaned[0, 150] < 1
    assert (cleaned[0, 158:] > 4.5).all()


def test_the_first_days_have_the_median_of_the_first_fifteen(rng):
    days = rng.normal(0, 0.1, (1, 60))
    days[0, 0] = 9.0
    together = np.vstack([rng.normal(0, 1, (1, 90)), np.pad(days, ((0, 0), (30, 0)))])
    together[1, :30] = np.nan
    alone = winsorised(days, 1)
    assert alone[0, 0] < 1
    np.testing.assert_allclose(winsorised(together, 1)[1, 30:], alone[0])


@pytest.mark.parametrize("days", [np.ones((1, 10)), np.r_[np.zeros(60), 4.0, np.zeros(9)][None]])
def test_nothing_is_clipped_if_the_mad_is_0(days):
    np.testing.assert_array_equal(winsorised(days, 1), days)
