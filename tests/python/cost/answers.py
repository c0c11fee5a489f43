"""Document C's answers to its own example, and how to read the warehouse's."""

import json

import pytest

from orchestration.exporting import export
from warehouses import Warehouse

__all__ = ["BUDGET", "MODELS", "SUMMARY", "documents", "exported"]

BUDGET = (
    "{sources: [orchestrator], analytics: {enabled: true, monthly_budget: 50, timeseries_days: 30}}"
)

SUMMARY = {
    "total_runs": 42,
    "total_jobs": 38,
    "total_tokens": 523000,
    "total_cost": 15.43,
    "avg_cost_per_run": pytest.approx(0.367381, abs=5e-7),
    "avg_duration_seconds": pytest.approx(245.6),
    "jobs_completed": 35,
    "jobs_failed": 2,
    "jobs_cancelled": 1,
    "jobs_running": 0,
    "jobs_queued": 0,
    "runs_2loop": 18,
    "runs_3loop": 24,
    "qa_summary": {
        "total_qa_runs": 40,
        "qa_passed": 32,
        "qa_warning": 6,
        "qa_failed": 2,
        "qa_error": 0,
        "qa_not_run": 2,
        "pass_rate": 0.8,
    },
    "monthly_budget": 50.0,
    "current_month_cost": 12.34,
    "budget_remaining": 37.66,
    "generated_at": "2025-11-18T10:30:00.000Z",
}
MODELS = [
    {"model_name": "gpt-4o", "total_tokens": 320000, "total_cost": 11.2, "usage_count": 42},
    {"model_name": "gpt-4o-mini", "total_tokens": 180000, "total_cost": 3.6, "usage_count": 42},
    {"model_name": "claude-3-haiku", "total_tokens": 23000, "total_cost": 0.63, "usage_count": 1},
]


def documents(warehouse: Warehouse) -> dict:
    [row] = warehouse.rows("select * from marts.v_analytics")
    return {name: json.loads(text) for name, text in row.items() if name.endswith("_json")}


def exported(warehouse: Warehouse, *arguments, **options) -> bytes:
    with warehouse.queried() as client:
        return export(client, *arguments, **options).content
