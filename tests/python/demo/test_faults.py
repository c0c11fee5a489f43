"""Each injected fault is visible in independent counts of the logs; harmless ones are not."""

import statistics
from collections import Counter

import pytest

from orchestration.demo import FAULT_KINDS


def by_session(demo):
    return {session["session_id"]: session for session in demo.records("cascade_sessions")}


def ratios(faulty, healthy, kind, measure, signal=None):
    """Compare each run that has only this label with the same run without faults."""
    with_fault, without = faulty.sums[measure], healthy.sums[measure]
    alone = Counter(x["run_id"] for x in faulty.labels if x["expected_signal"] != "none")
    labels = [
        label
        for label in faulty.of_kind(kind)
        if signal in (None, label["expected_signal"]) and alone[label["run_id"]] == 1
    ]
    assert labels
    return [with_fault[x["run_id"]] / without[x["run_id"]] for x in labels]


def test_every_kind_is_injected_and_labels_name_runs_that_exist(faulty):
    sessions = by_session(faulty)
    assert {label["fault_kind"] for label in faulty.labels} == set(FAULT_KINDS)
    for label in faulty.labels:
        if label["fault_kind"] == "missing_day":
            assert label["run_id"] == ""
            continue
        session = sessions[label["run_id"]]
        assert label["workflow_id"] in ("", session["cascade_id"])
        assert label["started_at"] <= session["created_at"] < label["ended_at"]
        if label["expected_signal"] != "none":
            assert session["completed_at"]


def test_labels_name_the_species_of_their_runs(faulty):
    species = {row["session_id"]: row["species_hash"] for row in faulty.records("unified_logs")}
    for label in faulty.labels:
        if label["species_hash"]:
            assert species[label["run_id"]] == label["species_hash"]


def test_runs_without_a_label_are_as_they_would_be_without_faults(faulty, healthy):
    hit = {label["run_id"] for label in faulty.labels}
    # Slow providers touch more runs than they are felt in; runs cut off by the end have no label.
    spans = [x for x in faulty.labels if x["fault_kind"] in ("slow_provider", "price_change")]
    touched = [(x["started_at"], x["ended_at"]) for x in spans]
    usual = by_session(healthy)
    compared = 0
    usd, usual_usd = faulty.sums["usd"], healthy.sums["usd"]
    for session_id, session in by_session(faulty).items():
        inside = any(start <= session["created_at"] < end for start, end in touched)
        if session_id not in hit and not inside:
            assert session == usual[session_id]
            assert usd[session_id] == usual_usd[session_id]
            compared += 1
    assert compared > 500


def test_runaway_loops_cost_many_times_the_median_of_their_species(faulty):
    usd = faulty.sums["usd"]
    costs = {}
    for session in faulty.records("cascade_sessions"):
        costs.setdefault(session["cascade_id"], []).append(usd[session["session_id"]])
    labels = faulty.of_kind("runaway_loop")
    assert len(labels) >= 12
    for label in labels:
        assert usd[label["run_id"]] > 5 * statistics.median(costs[label["workflow_id"]])


def test_runaway_loops_make_8_to_25_times_the_calls(faulty, healthy):
    whole = [x["run_id"] for x in faulty.of_kind("runaway_loop")]
    whole = [run_id for run_id in whole if not healthy.sums["errors"][run_id]]
    assert len(whole) >= 12
    evaluated = 3  # judges are not asked again, so a cell of one call and a judge has a lower ratio
    for run_id in whole:
        ratio = faulty.sums["calls"][run_id] / healthy.sums["calls"][run_id]
        assert 8 / evaluated < ratio <= 25


def test_silent_increases_use_30_percent_more_tokens(faulty, healthy):
    for ratio in ratios(faulty, healthy, "silent_cost_increase", "tokens"):
        assert ratio == pytest.approx(1.3, abs=0.01)
    assert len({x["workflow_id"] for x in faulty.of_kind("silent_cost_increase")}) >= 4


def test_model_swaps_are_more_expensive_with_the_same_tokens(faulty, healthy):
    assert set(ratios(faulty, healthy, "model_swap", "tokens")) == {1.0}
    assert statistics.mean(ratios(faulty, healthy, "model_swap", "usd")) > 1.2
    assert len({label["workflow_id"] for label in faulty.of_kind("model_swap")}) == 3


def test_price_changes_raise_the_cost_and_nothing_else(faulty, healthy):
    assert set(ratios(faulty, healthy, "price_change", "tokens")) == {1.0}
    for ratio in ratios(faulty, healthy, "price_change", "usd"):
        assert 1.25 <= ratio <= 1.4


def test_error_bursts_fail_most_runs_of_their_hours(faulty, healthy):
    labels = faulty.of_kind("error_burst")
    errors, usual = faulty.sums["errors"], healthy.sums["errors"]
    assert all(errors[label["run_id"]] > 0 for label in labels)
    assert sum(usual[label["run_id"]] > 0 for label in labels) < len(labels) / 4
    hours = {(x["workflow_id"], x["started_at"], x["ended_at"]) for x in labels}
    assert len(hours) >= 3
    runs = [
        session
        for session in faulty.records("cascade_sessions")
        for workflow_id, start, end in hours
        if session["cascade_id"] == workflow_id and start <= session["created_at"] < end
    ]
    assert 0.35 < len(labels) / len(runs) < 0.9


@pytest.mark.parametrize(
    ("signal", "low", "high"),
    [("duration_outlier", 1.5, 3.01), ("duration_regression", 1.1, 1.46)],
)
def test_slow_providers_lengthen_runs(faulty, healthy, signal, low, high):
    found = ratios(faulty, healthy, "slow_provider", "ms", signal)
    assert all(low <= ratio <= high for ratio in found)
    assert set(ratios(faulty, healthy, "slow_provider", "tokens", signal)) == {1.0}


def test_the_missing_day_has_no_rows(faulty, healthy):
    (label,) = [label for label in faulty.labels if label["fault_kind"] == "missing_day"]
    day = label["started_at"][:10]
    for table, column in (
        ("unified_logs", "timestamp"),
        ("cascade_sessions", "created_at"),
        ("prompt_lineage", "created_at"),
    ):
        assert not [row for row in faulty.records(table) if row[column].startswith(day)]
    assert [row for row in healthy.records("unified_logs") if row["timestamp"].startswith(day)]


def test_late_and_duplicate_records_leave_the_same_distinct_records(faulty, punctual):
    assert faulty.lines.keys() == punctual.lines.keys()
    for table, lines in faulty.lines.items():
        assert set(lines) == set(punctual.lines[table])
        assert len(punctual.lines[table]) == len(set(punctual.lines[table]))


def test_late_records_lie_in_files_of_weeks_later(faulty, punctual):
    late = [path for path in faulty.report.files if "-late" in path.name]
    assert {path.parent.name for path in late} >= {"unified_logs", "cascade_sessions"}
    assert not [path for path in punctual.report.files if "-" in path.name[10:]]


def test_duplicates_lie_in_the_same_file_and_in_another(faulty):
    doubled = {label["run_id"] for label in faulty.of_kind("duplicate_records")}
    counts = Counter(faulty.lines["unified_logs"])
    for row, count in counts.items():
        assert count == 1 + any(session_id.encode() in row for session_id in doubled)
    again = [path for path in faulty.report.files if "-again" in path.name]
    assert {path.parent.name for path in again} >= {"unified_logs", "cascade_sessions"}
