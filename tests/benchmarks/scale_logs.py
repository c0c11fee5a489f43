"""Logs of as many runs of forty workflows as one likes, for times of builds at scale."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

MODELS = ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-pro")
START = datetime(2026, 1, 1, tzinfo=UTC)


def runs(count: int, first: int, total: int, days: int, seed: int) -> Iterator[dict]:
    """Yield runs of forty workflows, the later ones in a list later in time.

    Parameters
    ----------
    count, first, total : int
        How many, from which on, of how many in all `days`.
    days : int
        Over how many days the `total` runs are spread.
    seed : int
        Of the random numbers.

    Yields
    ------
    dict
        A run under the conformed column names.
    """
    random = np.random.default_rng([seed, first])
    for number in range(first, first + count):
        workflow = int(random.zipf(1.3)) % 40
        species = int(random.integers(4))
        characters = int(random.lognormal(7.5, 1.2))
        output = max(1, int(random.lognormal(5.5, 0.6)))
        ended_at = START + timedelta(days=days * number / total)
        yield {
            "run_id": f"run-{number:07d}",
            "workflow_id": f"workflow-{workflow:02d}",
            "species_hash": f"species-{workflow:02d}-{species}",
            "model": MODELS[(workflow + (species == 3)) % len(MODELS)],
            "ended_at": ended_at.isoformat(),
            "input_chars": characters,
            "input_tokens": characters // 4 + 500,
            "output_tokens": output,
            "call_count": 1,
            "duration_ms": round(400 + 10 * output * float(random.lognormal(0, 0.3)), 3),
            "status": "failed" if random.random() < 0.01 else "completed",
        }


def calls(of_runs: Iterator[dict], calls_per_run: int) -> Iterator[dict]:
    """Yield calls, so many of each run, one second after the other, the last at the run's end."""
    for run in of_runs:
        ended_at = datetime.fromisoformat(run["ended_at"])
        for place in range(calls_per_run):
            yield {
                "call_id": f"{run['run_id']}-{place}",
                "called_at": (ended_at - timedelta(seconds=calls_per_run - 1 - place)).isoformat(),
                **{key: run[key] for key in ("run_id", "workflow_id", "species_hash", "model")},
                **{key: run[key] for key in ("input_chars", "input_tokens", "output_tokens")},
                "duration_ms": run["duration_ms"],
            }


def write(path: Path, rows: Iterator[dict]) -> None:
    """Write rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
