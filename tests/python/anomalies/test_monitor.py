"""Which rows the monitor flags, which not, and that later rows have no influence."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.anomalies.monitor import SeriesMonitor
from orchestration.anomalies.presets import PRESETS

FIVE_MINUTES, HOUR, DAY = 300, 3600, 86_400


def judgements(seconds, values, presets=PRESETS):
    monitor = SeriesMonitor(presets)
    return [monitor.judge(time, value) for time, value in zip(seconds, values, strict=True)]


def flagged(seconds, values, since_day=0):
    """Return the anomalous rows from a day on; the first days are the history."""
    said = zip(judgements(seconds, values), seconds, strict=True)
    return [row for row, (one, at) in enumerate(said) if one.is_anomaly and at >= since_day * DAY]


def days(count, step=FIVE_MINUTES, seed=0, noise=2.0):
    """Return times and values of days with work from 9 to 18, and noise."""
    seconds = np.arange(count * DAY // step) * float(step)
    hours = seconds % DAY / HOUR
    drawn = np.where((hours >= 9) & (hours < 18), 80.0, 20.0)
    return seconds.tolist(), drawn + np.random.default_rng(seed).uniform(-noise, noise, len(drawn))


times = st.floats(-1e9, 4e9).map(float)
values = st.one_of(
    st.floats(-1e300, 1e300),
    st.sampled_from([0.0, 1.0, 1e-300, 1e308, -1e308, math.nan, math.inf]),
)
series = st.lists(st.tuples(times, values), max_size=80)


@settings(max_examples=60, deadline=None)
@given(past=series, one_future=series, other_future=series)
def test_later_rows_have_no_influence(past, one_future, other_future):
    def scored(rows):
        monitor = SeriesMonitor()
        return [monitor.judge(*row) for row in rows]

    one, other = scored(past + one_future), scored(past + other_future)
    assert one[: len(past)] == other[: len(past)]
    assert all(0 <= said.score <= 1 for said in one)
    assert all(said.is_anomaly == (said.score > 0.5) for said in one)


def test_later_rows_have_no_influence_in_a_long_series():
    seconds, drawn = days(12)
    whole = judgements(seconds, drawn)
    for cut in (1000, 2500):
        tail = np.random.default_rng(1).permutation(drawn[cut:]) * 7
        assert judgements(seconds, [*drawn[:cut], *tail])[:cut] == whole[:cut]


def test_a_spike_a_missing_day_and_a_slow_change_are_found():
    seconds, drawn = days(14)
    spike, missing, slow = drawn.copy(), drawn.copy(), drawn.copy()
    row = 9 * 288 + 40
    spike[row] += 100
    assert flagged(seconds, spike, since_day=3) == [row]
    missing[9 * 288 + 108 : 9 * 288 + 216] = 20
    assert flagged(seconds, missing, since_day=3)[0] == 9 * 288 + 108
    slow[row:] += 1.9  # within the noise of a single row
    assert row < flagged(seconds, slow, since_day=3)[0] < row + 36
    assert flagged(seconds, drawn, since_day=3) == []


def test_a_new_level_is_found_among_spikes_that_are_taller():
    random = np.random.default_rng(4)
    seconds = (np.arange(14 * 288) * float(FIVE_MINUTES)).tolist()
    drawn = 50 + random.normal(0, 1, len(seconds)) + 30 * (random.random(len(seconds)) < 0.05)
    shifted, place = drawn.copy(), 10 * 288
    shifted[place:] += 5
    found = flagged(seconds, shifted, since_day=7)
    assert place < found[0] < place + PRESETS.level_rows
    assert flagged(seconds, drawn, since_day=7) == []
    without_level = replace(PRESETS, level_limit=math.inf)
    said = judgements(seconds, shifted, without_level)
    assert not any(one.is_anomaly for one in said[place : place + PRESETS.level_rows])


def test_a_series_shorter_than_a_day_is_scored_by_its_last_rows():
    values = np.random.default_rng(5).normal(50, 1, 200)
    values[60:] += 40
    seconds = (np.arange(200) * float(FIVE_MINUTES)).tolist()
    assert flagged(seconds, values) == [60]  # within the first day, and once


def test_one_alert_per_episode_and_another_for_a_stronger_row():
    seconds, drawn = days(14)
    begin = 9 * 288
    drawn[begin : begin + 24] = 200
    drawn[begin + 11] = 220  # hardly stronger
    drawn[begin + 12] = 900
    said = judgements(seconds, drawn)
    rows = [row for row, one in enumerate(said) if one.is_anomaly and row > 3 * 288]
    assert rows == [begin, begin + 12]
    assert [said[row].is_new_episode for row in rows] == [True, False]
    assert said[begin].score < said[begin + 12].score
    assert all(one.score == 0 for one in said[begin + 1 : begin + 12])


def test_the_score_grows_with_the_evidence():
    seconds, drawn = days(10, step=HOUR)
    scores = []
    for height in (0, 20, 100, 1000):
        changed = drawn.copy()
        changed[200] += height
        scores.append(judgements(seconds, changed)[200].score)
    assert scores == sorted(scores)
    assert scores[0] < 0.5 < scores[2] < scores[3] < 1


@pytest.mark.parametrize("factor", [1e-12, 1e9])
def test_scores_do_not_depend_on_the_unit(factor):
    seconds, drawn = days(10, step=HOUR)
    drawn[200] += 300
    plain = [said.score for said in judgements(seconds, drawn)]
    scaled = [said.score for said in judgements(seconds, drawn * factor)]
    assert scaled == pytest.approx(plain, abs=1e-5)


def test_weekly_seasonality_of_daily_data():
    """Daily cost: low weekends are no anomaly, an expensive day is, with one alert per episode."""
    seconds = (np.arange(120) * float(DAY)).tolist()
    cost = np.where(np.arange(120) % 7 >= 5, 10.0, 100.0)
    cost = cost * np.random.default_rng(2).uniform(0.95, 1.05, 120)
    quiet = [row for row in flagged(seconds, cost) if row >= 35]
    cost[100] = 400  # a Wednesday
    cost[104] = 390
    assert (quiet, [row for row in flagged(seconds, cost) if row >= 35]) == ([], [100])


def test_an_expensive_sunday_is_found_although_weekdays_cost_as_much():
    seconds = (np.arange(120) * float(DAY)).tolist()
    cost = np.where(np.arange(120) % 7 >= 5, 10.0, 100.0)
    cost = cost * np.random.default_rng(2).uniform(0.95, 1.05, 120)
    cost[103] = 100  # a weekend day
    assert 103 in flagged(seconds, cost)


def test_weekly_seasonality_is_learnt_where_daily_is_wrong():
    """Half-hourly demand with other weekends: from the third week on they are no anomaly."""
    seconds, drawn = days(42, step=1800)
    weekend = np.array(seconds) // DAY % 7 >= 5
    drawn = np.where(weekend, 50 + drawn / 10, drawn)
    assert not [row for row in flagged(seconds, drawn) if seconds[row] >= 28 * DAY]


@pytest.mark.parametrize("level", [0.0, 0.1, 1e12])
def test_a_constant_series_has_no_anomaly_until_it_changes(level):
    seconds = (np.arange(500) * float(FIVE_MINUTES)).tolist()
    values = [level] * 500
    assert flagged(seconds, values) == []
    values[400] = level * 2 + 1
    assert flagged(seconds, values) == [400]


def test_the_first_rows_are_not_scored():
    said = judgements([row * 300.0 for row in range(20)], [10.0**row for row in range(20)])
    assert [one.score for one in said] == [0.0] * 20


def test_repeated_backward_and_missing_rows_are_tolerated():
    seconds, drawn = days(14)
    drawn = drawn.tolist()
    row = 9 * 288 + 40
    drawn[row] += 100
    seconds[1000] = seconds[995]  # back
    seconds[1500] = seconds[1499]  # repeated
    drawn[2000] = math.nan
    del seconds[2100:2300], drawn[2100:2300]  # a gap
    assert flagged(seconds, drawn, since_day=3) == [row - 200]


def test_memory_is_bounded_for_any_step():
    monitor = SeriesMonitor()
    random = np.random.default_rng(0)
    for second, value in enumerate(random.normal(0, 1, 12_000).tolist()):
        monitor.judge(float(second), value)
    assert len(monitor._same_time_scale) <= PRESETS.max_rows
    assert len(monitor._last_rows_scale) == PRESETS.max_rows
