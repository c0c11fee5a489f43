"""What incremental builds leave equals a full refresh, whatever happened to the logs."""

import json
import os
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchestration.loading import unload
from orchestration.settings import built_layers
from reference import calibrated, regressions
from reference.layers import differences_in_judgement, differences_in_regressions

# Each takes half a dozen builds; more by hand: TOKENHOUSE_EXAMPLES=30.
EXAMPLES = int(os.environ.get("TOKENHOUSE_EXAMPLES", "1"))
START = datetime(2026, 3, 1, tzinfo=UTC)
LAYERS = built_layers()
COMPARED = LAYERS[LAYERS.index("baselines") :]

# Windows so small that a hundred runs reach beyond all of them.
SMALL = {
    "sources": ["generic"],
    "conditional_fit_runs": 6,
    "regression_window_runs": 2,
    "calibrated_min_runs": 3,
    "calibrated_history_runs": 4,
    "calibrated_cohort_min_runs": 2,
    "prediction_cohort_min_runs": 2,
    "calibrated_scale_prior_runs": 2,
    "calibrated_min_scale": 0.25,
    "calibrated_recent_runs": 2,
    "calibrated_last_runs": 1,
    "calibrated_bound_exponent": 0.35,
    "calibrated_slow_hours": {
        "runs": 2,
        "least_runs": 1,
        "looked_at_runs": 6,
        "hours": 12,
        "min_score": 0.3,
        "bound_share": 0.6,
    },
    "calibrated_pool_days": 3,
    "calibrated_pool_min_runs": 3,
    "calibrated_false_alarm_rate": 0.05,
    "calibrated_tail": {
        "share": 0.3,
        "far_share": 0.1,
        "fault_share": 0.05,
        "growth_noise": 1,
        "shape": 0.2,
        "shape_prior_runs": 2,
        "min_bound": 1,
        "max_asymmetry": 2,
        "min_runs": 5,
        "first_bound": 2,
    },
    "prediction_pool_runs": 4,
    "calibrated_output": {"max_probability": 0.3},
    "calibrated_error": {"max_probability": 0.3, "min_runs": 3},
    "regression_runs_per_day": 3,
    "regression_test_windows": {
        "recent_runs": 4,
        "long_runs": 6,
        "long_share": 0.5,
        "recent_days": 4,
        "minimum_recent_runs": 2,
        "baseline_runs": 6,
        "minimum_baseline_runs": 3,
        "minimum_model_runs": 2,
        "last_runs": [2, 4],
        "last_days": 1,
    },
    # Few runs are seldom beyond chance: what would follow from it must follow from less.
    "regression_false_discovery_rate": 0.8,
    "regression_min_effect": {"cost": 0.3, "duration": 0.5, "quality": 0.1},
    "regression_episode_end": {"recovered_share": 0.9, "accepted_days": 6, "silent_days": 1},
}
RUNS = 120
# Only they go on from what was there: every other table is computed from these as a whole.
KEEPING = ("+config.materialized:incremental",)


def run(number: int, chance: random.Random, reopened: bool = False) -> dict:
    """Return a run's log row; one that is opened again ends later and costs more."""
    ended_at = START + timedelta(
        days=number // 8, hours=chance.randrange(24) // 6, minutes=60 * reopened
    )
    workflow = chance.randrange(2)
    return {
        "run_id": f"run-{number:03d}",
        "workflow_id": f"w{workflow}",
        "species_hash": f"s{chance.randrange(2) if workflow else 0}",
        "model": chance.choice(["gpt-4o", "claude-sonnet-4-5"]),
        "parent_run_id": f"run-{number - 1:03d}" if chance.random() < 0.1 and number else None,
        "ended_at": ended_at.isoformat(),
        "input_chars": chance.choice([100, 900, 3000, 30000]),
        "input_tokens": chance.randrange(100, 9000) * (1 + reopened),
        "output_tokens": chance.choice([0, 50, 700]),
        "duration_ms": chance.choice([0, 250.125, 1000, 7000.5]),
        "quality_score": chance.choice([None, 0.25, 0.9]),
        "status": "failed" if chance.random() < 0.1 else "completed",
    }


def history(seed: int) -> list[tuple[str, list[dict] | int]]:
    """Return what happens to a warehouse: loads of runs, files taken away and brought back.

    Of a seed, so that even the first example is a rich one: hypothesis begins with the simplest.
    """
    chance = random.Random(seed)
    order = list(range(RUNS))
    chance.shuffle(order)
    cuts = sorted(chance.sample(range(1, RUNS), 2))
    parts = [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    steps: list[tuple[str, list[dict] | int]] = []
    for place, part in enumerate(parts):
        rows = [run(number, random.Random(number)) for number in part]
        rows += chance.sample(rows, len(rows) // 5)  # twice in a file
        steps.append(("load", rows))
        if place:
            seen = [number for earlier in parts[:place] for number in earlier]
            again = chance.sample(seen, min(3, len(seen)))
            reopened = [run(number, random.Random(number), reopened=True) for number in again]
            steps.append(("load", reopened))
    loads = len(steps)
    for _ in range(chance.randint(1, 2)):
        place = chance.randint(1, loads - 1)
        steps.insert(chance.randint(place + 1, len(steps)), ("unload", place))
    if chance.random() < 0.5:
        steps.append(("reload", place))
    return steps


@pytest.fixture(scope="module")
def warehouse(empty_warehouse):
    """Return a warehouse, which all examples go on with."""
    return empty_warehouse("incremental")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to make an example smaller takes as long again
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.builds(history, st.integers(0, 2**32)))
def test_incremental_builds_equal_a_full_refresh(warehouse, tmp_path_factory, steps):
    """R042, K2: any order, split, duplicate, late or re-opened run, removed or reloaded file.

    K13: and what the calibrated workers say: no other test's runs reach beyond all their windows.
    """
    folder = tmp_path_factory.mktemp("logs")
    for place, (step, what) in enumerate(steps):
        if step == "load":
            (folder / f"{place}.jsonl").write_text(
                "".join(json.dumps(row) + "\n" for row in what), encoding="utf-8"
            )
            warehouse.load(folder / f"{place}.jsonl")
        elif step == "unload":
            with warehouse.selected():
                unload([sorted(folder.glob("*.jsonl"))[what % place]])
        else:
            warehouse.load(folder)
        if place % 2:
            warehouse.build("--vars", json.dumps(SMALL), "--select", *KEEPING)
    warehouse.build("--vars", json.dumps(SMALL))
    incremental = warehouse.contents(*COMPARED)

    warehouse.build("--vars", json.dumps(SMALL), "--full-refresh")
    full = warehouse.contents(*COMPARED)
    assert len(full["marts.run_analytics"]) > 5
    for table, rows in full.items():
        assert incremental[table] == rows, (table, steps)
    runs = warehouse.rows("select * from intermediate.int_runs where is_completed")
    judgements = calibrated.judge(runs, {**calibrated.RULES, **SMALL})
    assert not differences_in_judgement(judgements, warehouse.rows), steps
    assert not differences_in_regressions({**regressions.RULES, **SMALL}, warehouse.rows), steps

    with warehouse.selected():
        unload([folder])
