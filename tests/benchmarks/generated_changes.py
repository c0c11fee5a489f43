"""Lasting changes in generated runs: some species become more expensive or slower for good."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from generated_runs import DAYS, FIRST_DAY, GeneratedRun

__all__ = ["LASTING_FACTORS", "LastingChange", "add_lasting_changes"]

LASTING_FACTORS = (1.2, 1.3, 1.5, 2.0)
_LASTING_SHARE = 0.3
_LASTING_FROM = (0.4, 0.8)


@dataclass(frozen=True)
class LastingChange:
    """A species becomes more expensive, or slower, and stays so.

    Attributes
    ----------
    species_hash, metric : str
        Which species, and ``cost`` or ``duration``.
    factor : float
        By how much.
    started_at : datetime
        From when on, UTC.
    """

    species_hash: str
    metric: str
    factor: float
    started_at: datetime


def add_lasting_changes(
    runs: list[GeneratedRun], seed: int, *, cost_factor: float | None = None
) -> list[LastingChange]:
    """Make some species more expensive or slower from a day on, in place; return what was done.

    With `cost_factor`, all become more expensive, by that factor.
    """
    changes = []
    for number, species in enumerate(sorted({run.row["species_hash"] for run in runs})):
        rng = np.random.default_rng([seed, number, 2])
        if rng.random() >= _LASTING_SHARE:
            continue
        started_at = FIRST_DAY + timedelta(days=int(rng.uniform(*_LASTING_FROM) * DAYS))
        factor, is_cost = float(rng.choice(LASTING_FACTORS)), bool(rng.random() < 0.5)
        if cost_factor:
            factor, is_cost = cost_factor, True
        change = LastingChange(species, "cost" if is_cost else "duration", factor, started_at)
        changes.append(change)
        column = "cost_usd" if is_cost else "duration_ms"
        for run in runs:
            row = run.row
            ended_at = datetime.fromisoformat(row["ended_at"])
            if row["species_hash"] == species and ended_at >= started_at:
                row[column] = round(row[column] * factor, 9)
    return changes
