"""Calibrated regressions by an independent worker: each day from the runs up to its end."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from scipy.stats import false_discovery_control

from reference.rank_test import ModelLevels, Window, compare, effect_pct

__all__ = ["RULES", "Compared", "Findings", "GoodRun", "find_regressions", "good_runs"]

Row = dict[str, Any]

RULES: Mapping[str, Any] = {
    "conditional_slope": {"cost": 0.4, "duration": 0.8, "runs": 50},
    "regression_test_windows": {
        "recent_runs": 30,
        "long_runs": 60,
        "long_share": 0.33,
        "recent_days": 21,
        "minimum_recent_runs": 4,
        "baseline_runs": 200,
        "minimum_baseline_runs": 15,
        "minimum_model_runs": 5,
        "last_runs": (4, 8, 15, 30),
        "last_days": 3,
    },
    "regression_runs_per_day": 10,
    "regression_min_effect": {"cost": 0.1, "duration": 0.15, "quality": 0.05},
    "regression_false_discovery_rate": 0.03,
    "regression_immediate_share": 0.05,
    "regression_episode_end": {"recovered_share": 0.5, "accepted_days": 90, "silent_days": 30},
    "interval_z": 1.959963984540054,
}
"""Values of the vars, for which their reasons are given."""


@dataclass(frozen=True)
class GoodRun:
    """One metric of a run; a higher value is worse."""

    run_id: str
    source: str
    workflow_id: str
    species_hash: str
    metric: str
    model: str
    ended_at: datetime
    value: float
    explained_by: float

    @property
    def day(self) -> date:
        """Return the day of its end, UTC."""
        return self.ended_at.date()


@dataclass(frozen=True)
class Compared:
    """The runs with a regression, the baseline runs, and the slope of the input's size."""

    recent: list[GoodRun]
    baseline: list[GoodRun]
    slope: float


@dataclass
class _Onset:
    """A confirmed regression, with the baseline level that later runs are compared with."""

    test: Row
    compared: Compared
    levels: ModelLevels
    run_count: int
    was_small: bool = False
    effects: list[tuple[date, float]] = field(default_factory=list)
    ended_date: date | None = None
    end_reason: str | None = None


@dataclass
class _Series:
    """A metric of a species: its runs so far, its last test, its confirmed regressions."""

    runs: list[GoodRun] = field(default_factory=list)
    last_test: Row | None = None
    onsets: list[_Onset] = field(default_factory=list)


@dataclass(frozen=True)
class Findings:
    """Every test, every episode, and the compared windows of cost episodes."""

    tests: list[Row]
    episodes: list[Row]
    costs: dict[tuple[date, str], Compared]


def good_runs(runs: Iterable[Mapping[str, Any]]) -> Iterator[GoodRun]:
    """Yield what can be compared of runs, by metric: those without errors and with output."""
    for run in runs:
        if run["error_count"] or not run["total_output_tokens"] or not run["species_hash"]:
            continue
        cost, duration = float(run["total_cost_usd"]), run["total_duration_ms"]
        measures = {}
        if cost > 0 and not run["unpriced_call_count"]:
            measures["cost"] = math.log(cost), math.log(max(run["input_chars"], 1))
        if duration > 0:
            measures["duration"] = math.log(duration), math.log(run["total_output_tokens"])
        if run["evaluator_score"] is not None:
            measures["quality"] = -run["evaluator_score"], 0.0
        for metric, (value, explained_by) in measures.items():
            yield GoodRun(
                run_id=run["run_id"],
                source=run["source"],
                workflow_id=run["workflow_id"],
                species_hash=run["species_hash"],
                metric=metric,
                model=run["primary_model"],
                ended_at=run["ended_at"],
                value=value,
                explained_by=explained_by,
            )


def find_regressions(runs: Collection[GoodRun], rules: Mapping[str, Any] = RULES) -> Findings:
    """Test the species of each day, and follow confirmed regressions (K13).

    Parameters
    ----------
    runs : collection of GoodRun
        The runs that are tested: of a busy day a sample.
    rules : mapping
        Values of the vars, by name.
    """
    days: dict[date, list[GoodRun]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: (run.ended_at, run.run_id)):
        days[run.day].append(run)
    series: dict[tuple[str, str], _Series] = defaultdict(_Series)
    tests: list[Row] = []
    for day in sorted(days):
        for run in days[day]:
            series[run.species_hash, run.metric].runs.append(run)
        seen = {(run.species_hash, run.metric) for run in days[day]}
        tests += _evaluate(day, {key: series[key] for key in seen}, rules)
    episodes = list(_all_episodes(series.values(), rules))
    costs = {
        (episode["confirmed_date"], episode["species_hash"]): onset.compared
        for episode in episodes
        if episode["metric"] == "cost"
        for onset in series[episode["species_hash"], "cost"].onsets
        if onset.test["tested_date"] == episode["confirmed_date"]
    }
    return Findings(tests, episodes, costs)


def _evaluate(day: date, seen: Mapping[Any, _Series], rules: Mapping[str, Any]) -> list[Row]:
    """Test all series that have a run on a day, together."""
    windows = {key: _windows(day, one.runs, rules) for key, one in seen.items()}
    limits = rules["regression_test_windows"]
    tests: dict[Any, Row] = {}
    for key, (recent, baseline, slope) in windows.items():
        if len(recent) < limits["minimum_recent_runs"]:
            continue
        if len(baseline) < limits["minimum_baseline_runs"]:
            continue
        last = seen[key].runs[-1]
        tests[key] = {
            "tested_date": day,
            "species_hash": last.species_hash,
            "metric": last.metric,
            "source": last.source,
            "workflow_id": last.workflow_id,
            "baseline_run_count": len(baseline),
            **compare(recent, baseline, slope, last.metric, rules),
        }
    q_values = false_discovery_control([test["p_value"] for test in tests.values()])
    for (key, test), q_value in zip(tests.items(), q_values, strict=True):
        floor = 100 * rules["regression_min_effect"][test["metric"]]
        before = seen[key].last_test or {}
        is_small_q = q_value <= rules["regression_false_discovery_rate"]
        test["q_value"] = float(q_value)
        test["day_test_count"] = len(tests)
        test["is_significant"] = bool(
            is_small_q and min(test["effect_pct"], test["effect_without_worst_day_pct"]) >= floor
        )
        was_significant = before.get("is_significant", False)
        at_once = rules["regression_false_discovery_rate"] * rules["regression_immediate_share"]
        test["was_significant"] = was_significant
        is_sure = was_significant or bool(q_value <= at_once)
        test["is_confirmed"] = test["is_significant"] and is_sure
        test["significant_since_date"] = before["tested_date"] if was_significant else day
        if test["is_confirmed"] and not before.get("is_confirmed", False):
            recent, baseline, slope = windows[key]
            compared = Compared(recent.runs[-test["recent_run_count"] :], baseline.runs, slope)
            levels = ModelLevels(baseline, slope, rules)
            seen[key].onsets.append(_Onset(test, compared, levels, len(seen[key].runs)))
        seen[key].last_test = test
    for key, (recent, _, _) in windows.items():
        if len(recent) >= limits["minimum_recent_runs"]:
            for onset in seen[key].onsets:
                since = len(seen[key].runs) - onset.run_count
                last = min(limits["recent_runs"], onset.test["recent_run_count"] + since)
                changed = Window(recent.runs[-last:])
                _follow(onset, day, changed, rules)
    return list(tests.values())


def _windows(
    day: date, runs: list[GoodRun], rules: Mapping[str, Any]
) -> tuple[Window, Window, float]:
    """Return the recent runs at the end of a day, the baseline runs, and the slope of size."""
    limits, slope = rules["regression_test_windows"], rules["conditional_slope"]
    first_day = day - timedelta(days=limits["recent_days"] - 1)
    compared = min(len(runs), limits["long_runs"] + limits["baseline_runs"] + 1)
    long_runs = min(limits["long_runs"], int(compared * limits["long_share"]))
    most = max(limits["recent_runs"], long_runs)
    recent = [run for run in runs[-most:] if run.day >= first_day]
    before = runs[: len(runs) - len(recent)][-limits["baseline_runs"] :]
    baseline = Window(before)
    prior = slope.get(runs[-1].metric, 0)
    return Window(recent), baseline, baseline.slope(prior, slope["runs"])


def _follow(onset: _Onset, day: date, recent: Window, rules: Mapping[str, Any]) -> None:
    """Compare later runs with the baseline level, and end the episode if they have recovered."""
    metric, ends = onset.test["metric"], rules["regression_episode_end"]
    effect = effect_pct(onset.levels.shift_of(recent, onset.test["is_mix_change"]), metric)
    small = effect < 100 * ends["recovered_share"] * rules["regression_min_effect"][metric]
    if onset.ended_date is None:
        onset.effects.append((day, effect))
        if small and onset.was_small:
            onset.ended_date, onset.end_reason = day, "recovered"
        elif day >= onset.test["tested_date"] + timedelta(days=ends["accepted_days"]):
            onset.ended_date, onset.end_reason = day, "accepted"
    onset.was_small = small


def _all_episodes(series: Collection[_Series], rules: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the regressions of all species; one whose species stopped running has ended."""
    last_of_species: dict[str, date] = {}
    last_of_source: dict[str, date] = {}
    sources: dict[str, set[str]] = defaultdict(set)
    for run in sorted((run for one in series for run in one.runs), key=lambda run: run.day):
        last_of_species[run.species_hash] = last_of_source[run.source] = run.day
        sources[run.species_hash].add(run.source)
    silent = timedelta(days=rules["regression_episode_end"]["silent_days"])
    for one in series:
        species = one.runs[-1].species_hash
        newest_day = max(last_of_source[source] for source in sources[species])
        is_silent = last_of_species[species] + silent < newest_day
        yield from _episodes(one, last_of_species[species], is_silent)


def _episodes(series: _Series, last_run_date: date, is_silent: bool) -> Iterator[Row]:
    """Yield the regressions, without those confirmed while an earlier one was open."""
    kept: _Onset | None = None
    for onset in series.onsets:
        if onset.ended_date is None and is_silent:
            onset.ended_date, onset.end_reason = last_run_date, "no longer run"
        if kept and (kept.ended_date is None or onset.test["tested_date"] <= kept.ended_date):
            continue
        kept, effects = onset, [effect for _, effect in onset.effects]
        same = (
            "species_hash",
            "metric",
            "source",
            "workflow_id",
            "recent_run_count",
            "baseline_run_count",
        )
        same += ("effect_pct", "effect_low_pct", "effect_high_pct", "same_model_effect_pct")
        same += ("is_mix_change", "p_value", "q_value")
        yield {column: onset.test[column] for column in same} | {
            "started_date": onset.test["significant_since_date"],
            "confirmed_date": onset.test["tested_date"],
            "ended_date": onset.ended_date,
            "end_reason": onset.end_reason,
            "last_run_date": last_run_date,
            "peak_effect_pct": max(onset.test["effect_pct"], *effects),
            "last_effect_pct": effects[-1],
        }
