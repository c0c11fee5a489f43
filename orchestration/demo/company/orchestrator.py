"""The orchestrator of coding agents that builds landing pages: runs with QA, and jobs."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from orchestration.demo.company.people import EMPLOYEES
from orchestration.demo.company.prices import PROVIDERS, Tokens, cost_of
from orchestration.demo.company.writing import File, Setting, office_ms
from orchestration.demo.events import iso

__all__ = ["write_orchestrator"]

_PROJECTS = ("landing-pages", "partner-portal")
_RUNS = 100
_LATEST_SHARE = 0.78
_QA = ("passed", "warning", "failed", "error", None)
_QA_USUAL = (80, 10, 4, 2, 4)
_QA_FAULTY = (25, 15, 55, 2, 3)


def write_orchestrator(setting: Setting, folder: Path) -> list[File]:
    """Write ``run_logs/<run>/run_summary.json`` and two states of ``jobs_state.json``.

    Parameters
    ----------
    setting : Setting
        What all sources start from.
    folder : Path
        Where to.

    Returns
    -------
    list of File
        The files.
    """
    dice = setting.dice("orchestrator")
    faulty = setting.span_of(setting.day(_LATEST_SHARE))[0], setting.window.end_ms
    files, jobs, failed_qa = [], [], 0
    for moment in _moments(setting, dice):
        run = (
            f"{datetime.fromtimestamp(moment / 1000, UTC):%Y%m%d_%H%M%S}_{dice.getrandbits(16):04x}"
        )
        summary = _summary(setting, dice, run, moment, faulty)
        is_faulty = summary["project_dir"].endswith(_PROJECTS[0]) and moment >= faulty[0]
        failed_qa += is_faulty and summary["qa_status"] == "failed"
        jobs.append(_job(dice, summary, moment))
        files.append(_save(folder / "run_logs" / run / "run_summary.json", summary))
        if len(files) == 1:
            # Saved once more, before it had ended: one run all the same.
            early: dict[str, Any] = {
                "status": "running",
                "finished_at": None,
                "models": {},
                "qa_status": None,
            }
            copy = summary | early | {"duration_seconds": None}
            files.append(_save(folder / "backup" / "run_logs" / run / "run_summary.json", copy))
    jobs += [_waiting_job(dice, setting, state) for state in ("queued", "running", "cancelled")]
    files.append(_save(folder / "agent" / "jobs_state.json", {"version": 1, "jobs": jobs}))
    files.append(_save(folder / "backup" / "jobs_state.json", {"jobs": jobs[: len(jobs) // 2]}))
    _write_down(setting, jobs, faulty, failed_qa)
    return files


def _moments(setting: Setting, dice: Random) -> list[int]:
    """Return the starts of runs: on weekdays, more often in the last weeks."""
    days = [
        day
        for day in range(setting.window.days)
        if (setting.window.first_day.toordinal() + day + 6) % 7 < 5
    ]
    chosen = dice.choices(
        days, [1 + 2 * day / setting.window.days for day in days], k=setting.count(_RUNS, 8)
    )
    return sorted(setting.window.day_start_ms(day) + office_ms(dice) for day in chosen)


def _summary(
    setting: Setting, dice: Random, run: str, moment: int, faulty: tuple[int, int]
) -> dict[str, Any]:
    project = dice.choices(_PROJECTS, (3, 2))[0]
    is_faulty = project == _PROJECTS[0] and moment >= faulty[0]
    mode = dice.choice(("2loop", "3loop"))
    seconds = round(dice.uniform(90, 320) * (1.5 if mode == "3loop" else 1), 1)
    models = {}
    for model in ("gpt-4.1", "gpt-4o-mini", "claude-haiku-4-5-20251001")[: dice.randint(1, 3)]:
        calls = dice.randint(2, 9)
        tokens = Tokens(dice.randint(3000, 30_000), output=dice.randint(500, 6000))
        cost = cost_of(model, tokens)
        models[model] = {
            "provider": PROVIDERS[model],
            "calls": calls,
            "input_tokens": tokens.input,
            "output_tokens": tokens.output,
            "total_tokens": tokens.input + tokens.output,
            "cost_usd": float(cost),
        }
        setting.truth.of("orchestrator").add(run, tokens.input, tokens.output, cost, calls)
    has_failed = dice.random() < 0.05
    qa = dice.choices(_QA, _QA_FAULTY if is_faulty else _QA_USUAL)[0]
    return {
        "run_id": run,
        "job_id": f"job-{dice.getrandbits(32):08x}",
        "user_id": dice.choice([one.user_id for one in EMPLOYEES if one.team == "growth"]),
        "project_dir": f"sites/{project}",
        "mode": mode,
        "task": dice.choice(("Rebuild the landing page", "Fix the form", "Translate the page")),
        "status": "failed" if has_failed else "completed",
        "started_at": iso(moment),
        "finished_at": iso(moment + round(seconds * 1000)),
        "duration_seconds": seconds,
        "models": models,
        "qa_status": None if has_failed else qa,
    }


def _job(dice: Random, summary: dict[str, Any], moment: int) -> dict[str, Any]:
    return {
        "job_id": summary["job_id"],
        "run_id": summary["run_id"],
        "project_dir": summary["project_dir"],
        "mode": summary["mode"],
        "status": summary["status"],
        "created_at": iso(moment - dice.randint(5_000, 600_000)),
        "started_at": summary["started_at"],
        "finished_at": summary["finished_at"],
        "error": "the build failed" if summary["status"] == "failed" else None,
    }


def _waiting_job(dice: Random, setting: Setting, state: str) -> dict[str, Any]:
    created = setting.window.end_ms - dice.randint(600_000, 3_600_000)
    return {
        "job_id": f"job-{dice.getrandbits(32):08x}",
        "project_dir": f"sites/{_PROJECTS[0]}",
        "mode": "2loop",
        "status": state,
        "created_at": iso(created),
        "started_at": None if state == "queued" else iso(created + 60_000),
        "finished_at": iso(created + 300_000) if state == "cancelled" else None,
        "error": None,
    }


def _write_down(
    setting: Setting, jobs: list[dict[str, Any]], faulty: tuple[int, int], failed_qa: int
) -> None:
    for state in ("completed", "failed", "cancelled", "running", "queued"):
        setting.truth.add(
            "total",
            f"orchestrator/jobs/{state}",
            "orchestrator",
            ("job_status", state),
            ("job_count", "count"),
            logged=sum(job["status"] == state for job in jobs),
        )
    setting.truth.add(
        "fault",
        "orchestrator/qa_failures",
        "orchestrator",
        ("project", _PROJECTS[0]),
        ("qa_failed_count", "count"),
        injected=Decimal("0.55"),
        logged=failed_qa,
        span=faulty,
        signal="quality_drop",
        detail="QA fails in 55% of the runs that it checks, where it was 4%",
    )


def _save(path: Path, document: dict[str, Any]) -> File:
    return File(path, json.dumps(document, indent=1).encode())
