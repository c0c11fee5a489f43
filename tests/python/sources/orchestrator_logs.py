"""The files that an orchestrator of coding agents leaves: a summary per run, one list of jobs."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sources.totals import Totals

__all__ = ["write_orchestrator"]

_QA = ("passed", "passed", "warning", "failed", "error", None)
_STATES = ("completed", "completed", "failed", "cancelled", "running", "queued")


def write_orchestrator(folder: Path, seed: int = 1, runs: int = 30, jobs: int = 24) -> Totals:
    """Write `run_logs/<run>/run_summary.json` and two states of `jobs_state.json`.

    Parameters
    ----------
    folder : Path
        Where to write; it is created.
    seed : int
        Equal seeds write equal files.
    runs, jobs : int
        How many; the first run is saved a second time, before it had ended.

    Returns
    -------
    Totals
        What is in the files; runs by mode and QA status, jobs by state among the counts.
    """
    rng = random.Random(seed)
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    totals = Totals(runs=runs)
    for number in range(runs):
        started_at = start + timedelta(hours=7 * number)
        run = f"{started_at:%Y%m%d_%H%M%S}_{rng.getrandbits(16):04x}"
        summary = _summary(rng, number, run, started_at, totals)
        _save(folder / "run_logs" / run / "run_summary.json", summary)
        if number == 0:
            unfinished = summary | {"status": "running", "finished_at": None, "models": {}}
            unfinished |= {"duration_seconds": None, "run_id": run}
            _save(folder / "backup" / "run_logs" / run / "run_summary.json", unfinished)

    final = [_job(rng, number, start, totals) for number in range(jobs)]
    earlier = [
        job
        | {
            "status": "queued",
            "started_at": None,
            "finished_at": None,
            "updated_at": job["created_at"],
        }
        for job in final[: jobs // 2]
    ]
    # The newest state is read first, an old copy of the file after it.
    _save(folder / "agent" / "jobs_state.json", {"version": 1, "jobs": final})
    by_id = {job["job_id"]: {k: v for k, v in job.items() if k != "job_id"} for job in earlier}
    _save(folder / "backup" / "jobs_state.json", {"jobs": by_id, "updated_at": start.isoformat()})
    return totals


def _summary(
    rng: random.Random, number: int, run: str, started_at: datetime, totals: Totals
) -> dict:
    seconds = round(rng.uniform(60, 600), 1)
    qa, mode = rng.choice(_QA), rng.choice(("2loop", "3loop"))
    models = {}
    for model in ("gpt-4o", "gpt-4o-mini")[: rng.randint(1, 2)]:
        tokens, cost = (rng.randint(1000, 40_000), rng.randint(100, 9000)), rng.randint(1, 10**6)
        models[model] = {
            "provider": "openai",
            "calls": 1,
            "input_tokens": tokens[0],
            "output_tokens": tokens[1],
            "total_tokens": sum(tokens),
            "cost_usd": float(Decimal(cost) / 10**6),
        }
        totals.add_call(*tokens, cost=Decimal(cost) / 10**6)
    totals.count(mode)
    totals.count(f"qa_{qa or 'not_run'}")
    summary = {
        "run_id": run,
        "project_dir": "sites/contafuel_marketing/" if number % 3 else "C:\\sites\\blog",
        "mode": mode,
        "task": "Rebuild the landing page",
        "status": "failed" if rng.random() < 0.1 else "completed",
        "started_at": started_at.isoformat().replace("+00:00", "Z"),
        "finished_at": (started_at + timedelta(seconds=seconds)).isoformat(),
        "duration_seconds": seconds,
        "models": models,
        "qa_status": qa,
    }
    if number % 4 == 1:
        # Older summaries list the models, and are known by their folder alone.
        del summary["run_id"]
        summary["models"] = [{"model": name} | usage for name, usage in models.items()]
    if number % 4 == 2:
        summary["qa"] = {"status": summary.pop("qa_status"), "checks": 12}
    return summary


def _job(rng: random.Random, number: int, start: datetime, totals: Totals) -> dict:
    state = _STATES[number % len(_STATES)]
    created_at = start + timedelta(hours=number)
    is_over = state in ("completed", "failed", "cancelled")
    totals.count(f"jobs_{state}")
    return {
        "job_id": f"job-{rng.getrandbits(32):08x}",
        "project_dir": "sites/contafuel_marketing",
        "mode": "3loop",
        "status": state,
        "created_at": created_at.isoformat(),
        "started_at": None
        if state == "queued"
        else (created_at + timedelta(minutes=1)).isoformat(),
        "finished_at": (created_at + timedelta(minutes=5)).isoformat() if is_over else None,
        "error": "budget exceeded" if state == "failed" else None,
    }


def _save(path: Path, document: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
