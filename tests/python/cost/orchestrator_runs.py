"""Summaries of runs and jobs of an orchestrator, with figures that were added up by hand."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BUDGETS = """\
budget_id,scope_kind,scope_key,period_kind,amount_usd,valid_from,valid_to,thresholds_pct,owner
marketing,project,contafuel_marketing,month,10,2025-11-01,,50; 80; 100,Ada
nothing,project,contafuel_marketing,month,0,2025-11-01,,,
odd,project,contafuel_marketing,fortnight,10,2025-11-01,,,
"""

__all__ = ["run_summary", "write_dashboard", "write_projects", "write_runs"]


def run_summary(
    number: int, started_at: datetime, models: dict[str, tuple[int, float]], **fields: Any
) -> dict[str, Any]:
    """Return a summary of a run as the orchestrator saves it.

    Parameters
    ----------
    number : int
        Makes the run's id.
    started_at : datetime
        When it started.
    models : dict of str to tuple of int and float
        Tokens and cost of each model.
    **fields
        Further keys, or other values.
    """
    seconds = fields.get("duration_seconds")
    return {
        "run_id": f"run_{number:03d}",
        "project_dir": "sites/shop",
        "mode": "2loop",
        "task": "Rebuild the landing page",
        "status": "completed",
        "started_at": started_at.isoformat(),
        "finished_at": (started_at + timedelta(seconds=seconds)).isoformat() if seconds else None,
        "models": {
            name: {"provider": "openai", "total_tokens": tokens, "cost_usd": cost}
            for name, (tokens, cost) in models.items()
        },
    } | fields


def write_dashboard(folder: Path) -> None:
    """Write the 42 runs and 38 jobs of document C's example."""
    verdicts = ["passed"] * 32 + ["warning"] * 6 + ["failed"] * 2 + [None] * 2
    runs = []
    for number in range(1, 43):
        if number < 10:
            started_at = datetime(2025, 10, 20 + number, 9, tzinfo=UTC)
        else:
            started_at = datetime(2025, 11, 1 + (number - 10) // 2, 9, number, tzinfo=UTC)
        is_last = number == 42
        seconds = 270.2 if is_last else 245.0
        if is_last:
            ended_at = datetime(2025, 11, 18, 10, 30, tzinfo=UTC)
            started_at = ended_at - timedelta(seconds=seconds)
        models = {
            "gpt-4o": (8400, 0.51) if is_last else (7600, 0.29 if number == 9 else 0.26),
            "gpt-4o-mini": (7800, 0.32) if is_last else (4200, 0.08),
        }
        if is_last:
            models["claude-3-haiku"] = (23_000, 0.63)
        runs.append(
            run_summary(
                number,
                started_at,
                models,
                duration_seconds=seconds,
                mode="2loop" if number <= 18 else "3loop",
                qa_status=verdicts[number - 1],
            )
        )
    states = ["completed"] * 35 + ["failed"] * 2 + ["cancelled"]
    write_runs(folder, runs, states)


def write_projects(folder: Path) -> None:
    """Write a project as document C lists it, a day as it charts it, and what is at the edges."""
    day = datetime(2025, 11, 18, 9, 25, tzinfo=UTC)
    verdicts = ["passed"] * 12 + ["warning"] * 2 + ["failed"]
    runs = [
        run_summary(
            number,
            day - timedelta(days=14 - number),
            {"gpt-4o": (16_338, 0.49) if number == 14 else (16_333, 0.48)},
            duration_seconds=223.5,
            project_dir="sites/contafuel_marketing",
            qa_status=verdicts[number],
        )
        for number in range(15)
    ]
    charted = [(14_000, 0.41, "passed"), (14_000, 0.41, "passed"), (14_000, 0.41, "warning")]
    for number, (tokens, cost, verdict) in enumerate(charted, start=100):
        started_at = datetime(2025, 10, 20, 8, number - 100, tzinfo=UTC)
        runs.append(
            run_summary(
                number,
                started_at,
                {"gpt-4o": (tokens, cost)},
                project_dir="sites/charted",
                qa_status=verdict,
            )
        )
    # Verdicts and modes as others write them; a run without models, and one without a duration.
    odd = [
        ("error", "two_loop"),
        ("errored", "2-Loop"),
        ("crashed", "chain"),
        ("odd word", "3 loop"),
    ]
    for number, (verdict, mode) in enumerate(odd, start=200):
        runs.append(
            run_summary(number, day, {}, project_dir="sites/odd", qa_status=verdict, mode=mode)
        )
    for number, moment in enumerate(
        (
            datetime(2026, 1, 31, 23, 59, 59, 999_000, tzinfo=UTC),
            datetime(2026, 2, 1, 0, 0, 0, tzinfo=UTC),
        ),
        start=300,
    ):
        runs.append(run_summary(number, moment, {"gpt-4o": (10, 1.0)}, project_dir="sites/months"))
    # Six months before the last day, and a day more.
    for number, moment in enumerate(
        (datetime(2025, 7, 31, 9, tzinfo=UTC), datetime(2025, 8, 1, 9, tzinfo=UTC)), start=400
    ):
        runs.append(
            run_summary(
                number,
                moment,
                {"gpt-4o": (10, 0.1)},
                duration_seconds=10.0,
                project_dir="sites/old",
            )
        )
    write_runs(folder, runs, [])
    (folder / "budgets.csv").write_text(BUDGETS, encoding="utf-8")


def write_runs(folder: Path, runs: list[dict[str, Any]], jobs: list[str]) -> None:
    """Write summaries of runs, and jobs in these states."""
    for run in runs:
        path = folder / "run_logs" / run["run_id"] / "run_summary.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(run), encoding="utf-8")
    if jobs:
        created_at = datetime(2025, 11, 1, tzinfo=UTC).isoformat()
        document = {
            "version": 1,
            "jobs": [
                {
                    "job_id": f"job-{number}",
                    "project_dir": "sites/shop",
                    "status": state,
                    "created_at": created_at,
                }
                for number, state in enumerate(jobs)
            ],
        }
        (folder / "jobs_state.json").write_text(json.dumps(document), encoding="utf-8")
