"""Executions of pipelines, as a pipeline server exports them."""

import csv
import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sources.totals import Totals

__all__ = ["write_pipelines"]

_ERRORS = ("api_error", "timeout", "validation_error")


def write_pipelines(folder: Path, seed: int = 1, executions: int = 50) -> Totals:
    """Write an export as JSON lines, an older one before some had ended, and a table as CSV.

    Parameters
    ----------
    folder : Path
        Where to write; it is created.
    seed : int
        Equal seeds write equal files.
    executions : int
        How many.

    Returns
    -------
    Totals
        What is in the files; stages, failures by error type and states among the counts.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    start = datetime(2026, 3, 1, 6, tzinfo=UTC)
    totals = Totals(runs=executions)
    rows = [_execution(rng, number, start, totals) for number in range(executions)]
    half = len(rows) // 2
    older = [
        row
        | {
            "status": "running",
            "completed_at": None,
            "duration_ms": None,
            "stages": row["stages"][:1],
        }
        for row in rows[half - 5 : half]
    ]
    for name, exported in (("b.jsonl", rows[:half]), ("c_older.jsonl", older)):
        text = "".join(json.dumps(row) + "\n" for row in exported)
        (folder / name).write_text(text, encoding="utf-8")
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        for row in rows[half:]:
            writer.writerow(
                row | {"stages": json.dumps(row["stages"]), "input": json.dumps(row["input"])}
            )
    return totals


def _execution(rng: random.Random, number: int, start: datetime, totals: Totals) -> dict:
    started_at = start + timedelta(hours=3 * number)
    stages, moment, error = [], started_at, None
    for place in range(rng.randint(2, 5)):
        stage = _stage(rng, place, moment, totals)
        moment += timedelta(milliseconds=stage["duration_ms"])
        stages.append(stage)
        error = stage["error_type"]
        if error:
            break
    if not error and number % 10 == 9:
        error = "validation_error"
        totals.count("failures_outside_stages")
    totals.count("failed" if error else "completed")
    if error:
        totals.count(f"failed_{error}")
    return {
        "execution_id": f"exec_{number:04d}",
        "pipeline_id": rng.choice(("pipeline_abc", "pipeline_xyz")),
        "pipeline_version": "1.2.0",
        "org_id": None if number % 2 else "acme",
        "status": "failed" if error else "completed",
        "error_type": error,
        "started_at": started_at.isoformat(),
        "completed_at": moment.isoformat(),
        "duration_ms": int((moment - started_at).total_seconds() * 1000),
        "input": {"ticket": number},
        "stages": stages,
    }


def _stage(rng: random.Random, place: int, moment: datetime, totals: Totals) -> dict:
    error = rng.choice(_ERRORS) if rng.random() < 0.05 else None
    stage = {
        "name": f"stage_{place}",
        "type": "generator" if place else "json_transform",
        "status": "failed" if error else "completed",
        "started_at": moment.isoformat(),
        "duration_ms": rng.randint(20, 4000),
        "error_type": error,
    }
    totals.count("stages")
    if place:
        provider, model = rng.choice(
            (("anthropic", "claude-3-5-haiku-20241022"), ("openai", "gpt-4o-mini"))
        )
        tokens, cost = (rng.randint(100, 3000), rng.randint(10, 800)), rng.randint(1, 10**5)
        stage |= {
            "provider": provider,
            "model": model,
            "input_tokens": tokens[0],
            "output_tokens": tokens[1],
            "cost_usd": float(Decimal(cost) / 10**6),
        }
        totals.add_call(*tokens, cost=Decimal(cost) / 10**6)
    return stage
