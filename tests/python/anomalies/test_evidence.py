"""Ratios, unrest, runs of one value: what each finds that no other evidence does."""

import math
from dataclasses import replace

import numpy as np
import pytest

from anomalies.test_monitor import DAY, FIVE_MINUTES, flagged, judgements
from orchestration.anomalies.presets import PRESETS


@pytest.mark.parametrize("cut", [700, 1900, 2950])
def test_no_row_changes_when_later_ones_are_cut(cut):
    """Of a series that falls, is silent, restless and below zero: every kind of evidence."""
    random = np.random.default_rng(3)
    seconds = np.arange(3_000) * float(FIVE_MINUTES)
    drawn = random.lognormal(2, 0.3, 3_000)
    drawn[1500:1600] = 0
    drawn[2000:2100] *= random.choice([0.3, 3.0], 100)
    drawn[2500:] += 20
    drawn[2900] = -5
    whole = judgements(seconds, drawn)
    assert judgements(seconds[:cut], drawn[:cut]) == whole[:cut]
    assert sum(one.is_anomaly for one in whole) >= 3


def test_a_fall_at_night_is_found_by_its_ratio_and_only_of_what_is_never_negative():
    random = np.random.default_rng(6)
    seconds = np.arange(14 * 288) * float(FIVE_MINUTES)
    rate = 100 * (0.1 + 0.9 * np.sin(np.pi * (seconds % DAY) / DAY) ** 2)
    drawn = rate * np.exp(random.normal(0, 0.1, len(seconds)))
    fallen, place = drawn.copy(), 10 * 288 - 24
    fallen[place : place + 48] *= 0.5  # two hours before and after midnight
    assert place <= flagged(seconds, fallen, since_day=7)[0] < place + 24
    assert flagged(seconds, drawn, since_day=7) == []
    without_ratios = judgements(seconds, fallen, replace(PRESETS, ratio_offset=0.0))
    assert not any(one.is_anomaly for one in without_ratios[7 * 288 :])
    fallen[100] = -1.0
    said = judgements(seconds, fallen)
    assert said[101:] == judgements(seconds, fallen, replace(PRESETS, ratio_offset=0.0))[101:]


def test_zeros_are_found_by_their_number_in_a_row_where_zero_is_usual():
    random = np.random.default_rng(7)
    seconds = np.arange(14 * 288) * float(FIVE_MINUTES)
    drawn = random.lognormal(0, 1, len(seconds)) * (random.random(len(seconds)) < 0.4)
    silent, place = drawn.copy(), 10 * 288
    silent[place : place + 96] = 0
    found = set(flagged(seconds, silent)) - set(flagged(seconds, drawn))
    assert len(found) == 1  # the run grows, but it is one episode
    assert place + 18 <= min(found) < place + 96
    without = judgements(seconds, silent, replace(PRESETS, unchanged_limit=math.inf))
    assert not any(one.is_anomaly for one in without[place : place + 96])


def test_unrest_is_found_although_no_row_is_far_from_the_others():
    random = np.random.default_rng(8)
    seconds = np.arange(14 * 288) * float(FIVE_MINUTES)
    drawn = 50 + random.uniform(-1, 1, len(seconds))
    restless, place = drawn.copy(), 10 * 288
    restless[place : place + 96] = 50 + np.tile([-1.4, 1.4], 48)
    found = flagged(seconds, restless, since_day=7)
    assert place < found[0] < place + PRESETS.spread_rows
    assert flagged(seconds, drawn, since_day=7) == []
    without = judgements(seconds, restless, replace(PRESETS, spread_limit=math.inf))
    assert not any(one.is_anomaly for one in without[place : place + PRESETS.spread_rows])


def test_an_anomaly_does_not_hide_the_next_one_for_two_weeks():
    random = np.random.default_rng(9)
    seconds = np.arange(14 * 288) * float(FIVE_MINUTES)
    drawn = 50 + random.normal(0, 1, len(seconds)) + 30 * (random.random(len(seconds)) < 0.05)
    first, second = 8 * 288, 10 * 288
    drawn[first : first + 60] += 200  # five hours, a level far from all before
    drawn[second:] += 10
    found = flagged(seconds, drawn, since_day=7)
    assert first in found
    assert any(second <= row < second + PRESETS.level_rows for row in found)
    without = judgements(seconds, drawn, replace(PRESETS, maximum_growth=math.inf))
    assert not any(one.is_anomaly for one in without[second : second + PRESETS.level_rows])
