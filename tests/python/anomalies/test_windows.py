"""Sliding windows against direct computation."""

import numpy as np
import pytest

from orchestration.anomalies.same_time import StepFinder
from orchestration.anomalies.windows import SlidingMaximum, SlidingMedian, SlidingQuantile, median


@pytest.mark.parametrize("max_rows", [10, 1000])
def test_windows_equal_direct_computation(max_rows):
    random = np.random.default_rng(4)
    times = np.cumsum(random.integers(0, 4, 300)).tolist()
    values = random.integers(0, 30, 300).astype(float).tolist()  # with ties
    quantile, maximum = SlidingQuantile(0.9, max_rows), SlidingMaximum()
    for row, (time, value) in enumerate(zip(times, values, strict=True)):
        for window in (quantile, maximum):
            window.expire(time - 50)
            window.add(time, value)
        inside = [values[past] for past in range(row + 1) if times[past] >= time - 50]
        assert quantile.value() == pytest.approx(np.quantile(inside[-max_rows:], 0.9))
        assert maximum.value() == max(inside)
    assert SlidingMaximum().value() == 0


@pytest.mark.parametrize("rows", [4, 5])
def test_the_sliding_median_is_that_of_the_last_rows(rows):
    values = np.random.default_rng(2).integers(0, 9, 60).astype(float).tolist()  # with ties
    window = SlidingMedian(rows)
    for row, value in enumerate(values):
        assert window.is_full == (row >= rows)
        assert window.add(value) == (values[row - rows] if row >= rows else None)
        assert window.value() == np.median(values[max(0, row - rows + 1) : row + 1])


@pytest.mark.parametrize("values", [[3.0], [4.0, 1.0], [9.0, 1.0, 5.0]])
def test_median(values):
    assert median(values) == np.median(values)


@pytest.mark.parametrize(
    ("step", "width"),
    [(1, 300), (300, 300), (330, 300), (600, 600), (3600, 3600), (86_400, 86_400), (604_800, 0)],
)
def test_the_step_is_found_and_fits_a_day(step, width):
    finder = StepFinder()
    changed = [finder.add(gap) for gap in [step, 0, -5, *[step] * 20]]
    assert finder.width == width
    assert sum(changed) == (width != 300)


def test_an_irregular_step_does_not_change_the_slots():
    finder = StepFinder()
    random = np.random.default_rng(1)
    changes = [finder.add(float(gap)) for gap in random.uniform(250, 700, 3000)]
    assert sum(changes) <= 1
