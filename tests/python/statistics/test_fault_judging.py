"""The evaluation of injected faults, by hand: found faults, false alarms and delays."""

from datetime import UTC, datetime, timedelta

import pytest

from fault_judging import (
    Alarm,
    average_precision,
    faults_of,
    judge_lasting,
    judge_point,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = {name: START + timedelta(hours=hour) for hour, name in enumerate("abcdef")}


def label(fault: str, run: str, signal: str = "cost_outlier") -> dict:
    return {
        "fault_id": fault,
        "fault_kind": fault,
        "expected_signal": signal,
        "species_hash": f"species of {fault}",
        "started_at": START,
        "run_id": run,
    }


def test_point_faults():
    faults = faults_of(
        [label("loop", "c"), label("loop", "b"), label("drift", "d", "cost_regression")], ENDED
    )
    verdict = judge_point(faults, {"c", "d", "e"}, ENDED, {"cost_outlier"})
    assert (verdict.hits, verdict.found, verdict.faults, verdict.faults_found) == (2, 1, 1, 1)
    assert verdict.false_alarms == 1  # `e`: `d` was hit, if by another fault
    assert verdict.delay == 1  # one run had been hit before the flagged one
    assert verdict.precision == verdict.recall == 0.5
    assert verdict.false_rate == pytest.approx(1 / 0.006)


def test_nothing_to_find():
    verdict = judge_point([], set(), ENDED, {"cost_outlier"})
    assert (verdict.precision, verdict.recall, verdict.delay) == (None, None, None)


def test_lasting_faults():
    faults = faults_of([label("drift", run, "cost_regression") for run in "abc"], ENDED)
    early = Alarm("species of drift", START - timedelta(hours=1))
    late = Alarm("species of drift", ENDED["b"])
    other = Alarm("species of nothing", ENDED["b"])
    verdict = judge_lasting(faults, [early, late, other], 50, {"drift"})
    assert (verdict.hits, verdict.found, verdict.false_alarms) == (1, 1, 2)
    assert verdict.delay == 1
    assert verdict.false_rate == 4  # per hundred species-months


def test_average_precision():
    """Ties count as found last, so that a constant score is not good by chance."""
    assert average_precision([(3, True), (2, False), (1, True)]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([(1, True), (1, False)]) == 0.5
    assert average_precision([(1, False)]) == 0
