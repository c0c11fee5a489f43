"""From rows to histories: gaps, ends, duplicates."""

import numpy as np
import pandas as pd
import pytest

from orchestration.errors import BadInputError
from orchestration.forecasting.signal.history import Histories, fills_with_zero

DAY = np.datetime64("2025-01-06").astype("datetime64[D]").astype(int)


def one(table, end: int, missing: str, n_days: int = 100) -> list[float]:
    _, days = Histories.of(table).matrix(np.array([DAY + end]), n_days, missing)
    return days[0].tolist()


@pytest.fixture
def gappy(long_table):
    """Days 0, 1, 4 and 5 of a series: 10, 11, 14, 15."""
    return long_table(a=[10, 11, 12, 13, 14, 15]).iloc[[5, 0, 4, 1]]


def test_a_gap_is_filled_as_asked(gappy):
    assert one(gappy, 5, "zero") == [10, 11, 0, 0, 14, 15]
    assert one(gappy, 5, "interpolate") == [10, 11, 12, 13, 14, 15]
    assert one(gappy, 5, "interpolate", n_days=4) == [12, 13, 14, 15]


def test_interpolation_uses_no_later_rows(gappy):
    assert one(gappy, 3, "interpolate") == [10, 11, 10, 10]  # shorter than a week: the last value
    assert one(gappy, 3, "zero") == [10, 11, 0, 0]


def test_after_the_last_row_the_last_week_is_repeated(long_table):
    table = long_table(a=[1, 2, 3, 4, 5, 6, 7])
    assert one(table, 9, "interpolate") == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3]


def test_series_that_begin_later_are_left_out_and_aligned_at_the_end(long_table):
    table = long_table(b=[1, 2, 3], a=[1, 2])
    late = table.assign(ds=table["ds"].where(table["unique_id"] == "b", pd.Timestamp("2026-01-01")))
    histories = Histories.of(late.drop_duplicates(["unique_id", "ds"]))
    which, days = histories.matrix(np.full(2, DAY + 2), 10, "zero")
    assert list(histories.ids[which]) == ["b"]
    assert days.tolist() == [[1, 2, 3]]
    _, both = Histories.of(table).matrix(np.array([DAY + 1, DAY + 2]), 10, "zero")
    np.testing.assert_array_equal(both, [[np.nan, 1, 2], [1, 2, 3]])


@pytest.mark.parametrize(
    ("values", "kept", "zero"),
    [
        (np.linspace(6, 9, 60), 0.9, False),  # a logarithm
        (np.linspace(-3, 9, 60), 0.9, False),  # a temperature
        (np.geomspace(0.1, 10, 60), 0.9, True),  # a cost
        (np.r_[0.0, np.geomspace(0.1, 10, 59)], 0.9, False),  # contains zeros
        (np.linspace(6, 9, 60), 0.3, True),  # mostly missing
        (np.tile([4.0, 6, 3, 5, 7, 4], 10), 0.7, True),  # often missing and volatile
        (np.linspace(6, 9, 60), 0.7, False),  # a price without weekends
    ],
)
def test_rules_of_auto(values, kept, zero, rng):
    days = np.arange(len(values))
    rows = np.sort(np.r_[0, 59, 1 + rng.permutation(58)[: int(kept * 58)]])
    assert fills_with_zero(days[rows], values[rows]) is zero


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: pd.concat([t, t.iloc[:1]]), "2025-01-06 of a twice"),
        (lambda t: t.drop(columns="y"), "no column y"),
        (lambda t: t.assign(y=np.inf), "infinite"),
        (lambda t: t.assign(ds=None), "without unique_id or ds"),
    ],
)
def test_bad_histories_are_named(long_table, change, says):
    with pytest.raises(BadInputError, match=says):
        Histories.of(change(long_table(a=[1, 2])))


def test_a_row_without_a_value_is_a_missing_day(long_table):
    assert one(long_table(a=[1, np.nan, 3]), 2, "interpolate") == [1, 2, 3]
