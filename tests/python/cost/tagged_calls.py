"""Calls of runs with tags, and of a run that goes on into the next month."""

import json
from pathlib import Path

__all__ = ["write_tagged"]

_CALLS = (
    ("tagged", "2026-01-30T10:00:00Z", "1.00", ["a", "b", "c"]),
    ("tagged", "2026-01-30T10:01:00Z", "0.50", ["a"]),
    ("tagged", "2026-01-30T10:02:00Z", "0.25", []),
    ("over midnight", "2026-01-31T23:59:59.999Z", "0.40", []),
    ("over midnight", "2026-02-01T00:00:00Z", "0.60", []),
)


def write_tagged(file: Path) -> None:
    """Write them as JSON lines of generic calls."""
    lines = [
        {
            "run_id": run,
            "call_id": f"{run} {number}",
            "workflow_id": run,
            "project": run,
            "called_at": called_at,
            "model": "gpt-4o",
            "cost_usd": cost,
            "tags": tags,
        }
        for number, (run, called_at, cost, tags) in enumerate(_CALLS)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
