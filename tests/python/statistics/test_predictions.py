"""Predictions of cost and duration against an independent worker, and without the future: R035."""

import gzip
import json
import shutil
from collections import Counter
from datetime import datetime

import pytest

from reference.predictions import METRICS, predict

UNITS = {"cost": "usd", "duration": "ms"}
BOUNDS = ("low_95", "low_80", "high_80", "high_95")


@pytest.fixture(scope="module")
def predictions(demo_warehouse):
    """Return the warehouse's rows by run, and the worker's by run and metric."""
    rows = demo_warehouse.rows("select * from predictions.prediction_runs")
    runs = demo_warehouse.rows(
        "select run_id, source, workflow_id, primary_model, species_hash, input_category, "
        "input_chars, total_cost_usd, first_input_cost_usd, call_count, total_duration_ms, "
        "started_at, "
        "if(is_completed, ended_at, null) as ended_at from intermediate.int_runs"
    )
    return {row["run_id"]: row for row in rows}, predict(runs)


@pytest.mark.parametrize("metric", METRICS)
def test_every_prediction_is_the_workers(predictions, metric):
    """R035, K2: median, mean and intervals of every run, completed or running."""
    rows, predicted = predictions
    assert len(predicted) == 2 * len(rows) > 2000
    unit = UNITS[metric]
    for run_id, row in rows.items():
        expected = predicted[run_id, metric]
        fallback = "prediction_fallback" if metric == "cost" else "duration_prediction_fallback"
        assert row[fallback] == expected["fallback"], run_id
        found = [
            row[f"typical_{metric}_{unit}"],
            row[f"expected_{metric}_{unit}"],
            *(row[f"{metric}_{bound}_{unit}"] for bound in BOUNDS),
        ]
        bounds = expected.get("bounds", [None] * len(BOUNDS))
        wanted = [expected["typical"], expected.get("expected"), *bounds]
        assert [value is None for value in found] == [value is None for value in wanted], run_id
        pairs = zip(found, wanted, strict=True)
        known = [pair for pair in pairs if pair[0] is not None]
        assert [ours for ours, _ in known] == pytest.approx([w for _, w in known], rel=1e-6), run_id
        if metric == "cost" and expected["fallback"] != "none":
            assert row["prediction_cohort"] == expected["cohort"], run_id
            assert row["known_input_cost_usd"] == expected.get("known"), run_id


def test_the_demo_has_every_case(predictions):
    """Without these runs the comparison would prove less."""
    rows, predicted = predictions
    fallbacks = Counter(row["prediction_fallback"] for row in rows.values())
    assert fallbacks.keys() == {"fitted", "few_runs", "workflow", "none"}
    cohorts = Counter(row["prediction_cohort"] for row in rows.values())
    assert cohorts.keys() == {"species_size", "species", "workflow", "none"}
    assert sum("bounds" in expected for expected in predicted.values()) > 1000
    assert sum(row["known_input_cost_usd"] is not None for row in rows.values()) > 50


def test_the_future_changes_no_prediction(demo_warehouse, warehouses):
    """R035, K2: without the logs after a moment, each earlier prediction is the same."""
    cut = "2026-06-14T12:00:00.000Z"
    folder = warehouses / "past_logs"
    for file in sorted(demo_warehouse.logs.rglob("*.jsonl.gz")):
        target = folder / file.relative_to(demo_warehouse.logs)
        target.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(file, "rt") as lines, gzip.open(target, "wt") as kept:
            kept.writelines(past for line in lines if (past := _before(json.loads(line), cut)))
    past = type(demo_warehouse)(warehouses / "past", folder)
    past.load()
    past.build("--select", "+prediction_runs")
    columns = "* except (history_version)"
    moment = datetime.fromisoformat(cut).replace(tzinfo=None)
    query = (
        f"select {columns} from predictions.prediction_runs as predictions "
        "inner join (select run_id from intermediate.int_runs where is_completed "
        f"and ended_at < '{moment}') as runs on predictions.run_id = runs.run_id "
        "order by run_id"
    )
    found, expected = past.rows(query), demo_warehouse.rows(query)
    assert len(found) > 500
    assert found == expected
    shutil.rmtree(folder)


def _before(row: dict, cut: str) -> str | None:
    """Return a log line as it was at a moment; None for one that was not there yet."""
    written = row.get("timestamp") or row["created_at"]
    if written >= cut:
        return None
    if (row.get("completed_at") or "") >= cut:
        row |= {"completed_at": None, "status": "running"}
    return json.dumps(row) + "\n"
