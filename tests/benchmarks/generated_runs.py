"""Runs of companies unlike the demo, with known expectations and known faults, as generic logs.

Costs have heavy tails, species use several models, many species are rare, faults cost 2 to 20 times
the usual, and runs fail without output. The law of each run is kept, so that an oracle can judge.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from noise_laws import GUMBEL, LAPLACE, TWO_WAYS, draw_noise

__all__ = [
    "DAYS",
    "FIRST_DAY",
    "PROFILES",
    "GeneratedRun",
    "Profile",
    "generate_runs",
    "write_runs",
]

FIRST_DAY = datetime(2026, 4, 2, tzinfo=UTC)
DAYS = 90
_HISTORY = 0.25  # faults begin after this share of the days
_BURST_RUNS_PER_DAY = 3.0
_MODELS = ("claude-sonnet-4-5-20250929", "gpt-4.1", "gemini-2.5-flash", "gpt-4o-mini")
_COST_LEVELS = (0.0, -0.4, -1.6, -2.3)
_TOKENS_PER_SECOND = (65.0, 75.0, 160.0, 110.0)


@dataclass(frozen=True)
class Profile:
    """What a company's runs are like.

    Attributes
    ----------
    workflows : int
        How many.
    busiest_per_day, popularity : float
        Mean daily runs of the busiest, and the power by which the others fall behind it.
    cost_tail, duration_tail : float
        Law of the logarithm's noise, of ``noise_laws``.
    cost_noise, duration_noise : tuple of float
        Between which the scale of the noise is drawn for each workflow.
    error_share : tuple of float
        Between which the share of failures is drawn for each workflow.
    fault_factors : tuple of float
        Between which, evenly on the logarithm, a fault multiplies a cost or a duration.
    fault_share : float
        Share of the runs that each kind of point fault hits.
    """

    workflows: int
    busiest_per_day: float
    popularity: float
    cost_tail: float
    duration_tail: float
    cost_noise: tuple[float, float]
    duration_noise: tuple[float, float]
    error_share: tuple[float, float] = (0.003, 0.03)
    fault_factors: tuple[float, float] = (2.0, 20.0)
    fault_share: float = 0.006


PROFILES = {
    "heavy": Profile(100, 14.0, 0.75, 4.0, 5.0, (0.1, 0.3), (0.1, 0.25)),
    # For regressions, which take runs of the same species.
    "busy": Profile(30, 40.0, 0.8, 4.0, 5.0, (0.1, 0.3), (0.1, 0.25)),
    "untuned": Profile(60, 22.0, 0.9, LAPLACE, 6.0, (0.08, 0.25), (0.1, 0.3)),
    "skewed": Profile(45, 30.0, 0.7, GUMBEL, GUMBEL, (0.08, 0.3), (0.08, 0.3)),
    "two_ways": Profile(50, 18.0, 0.7, TWO_WAYS, TWO_WAYS, (0.08, 0.25), (0.08, 0.25)),
}


@dataclass
class GeneratedRun:
    """A run and its law.

    Attributes
    ----------
    row : dict
        As it is logged.
    fault : str
        Kind of the fault that hit it; empty for none.
    cost_z, duration_z : float
        Its deviations from what was expected of it, in scales of the noise.
    error_share : float
        How often runs like it fail.
    typical_cost_usd : float
        Median cost of a run like it.
    """

    row: dict
    fault: str = ""
    cost_z: float = 0.0
    duration_z: float = 0.0
    error_share: float = 0.0
    typical_cost_usd: float = 0.0


@dataclass
class _Workflow:
    name: str
    species: list[str]
    species_shares: np.ndarray
    species_levels: np.ndarray
    models: list[int]
    model_shares: np.ndarray
    cost_level: float
    slope: float
    chars: float
    chars_noise: float
    output_tokens: float
    calls: int
    cost_noise: float
    duration_noise: float
    error_share: float
    bursts: list[tuple[float, float]] = field(default_factory=list)


def generate_runs(profile: str, seed: int, *, with_faults: bool = True) -> list[GeneratedRun]:
    """Draw a company's runs.

    Parameters
    ----------
    profile : str
        One of ``PROFILES``.
    seed : int
        The same seed gives the same runs.
    with_faults : bool
        Whether faults hit some; the other runs are the same.

    Returns
    -------
    list of GeneratedRun
        In order of their ends.
    """
    law = PROFILES[profile]
    numbers = range(law.workflows)
    runs = [run for nth in numbers for run in _runs(law, seed, nth, with_faults=with_faults)]
    return sorted(runs, key=lambda run: (run.row["ended_at"], run.row["run_id"]))


def write_runs(runs: list[GeneratedRun], path: Path):
    """Write what is logged of the runs, as JSON lines."""
    path.write_text("".join(json.dumps(run.row) + "\n" for run in runs), encoding="utf-8")


def _runs(law: Profile, seed: int, number: int, *, with_faults: bool) -> Iterator[GeneratedRun]:
    rng = np.random.default_rng([seed, number])
    per_day = law.busiest_per_day / (1 + number) ** law.popularity
    flow = _workflow(law, rng, number, per_day)
    faults = np.random.default_rng([seed, number, 1])
    for nth, at in enumerate(np.sort(rng.uniform(0, DAYS, rng.poisson(per_day * DAYS)))):
        run = _usual_run(law, rng, flow, at, f"{flow.name}-{nth}")
        draw = faults.random(4)
        if with_faults and at > _HISTORY * DAYS:
            _break(law, run, flow, at, draw)
        yield run


def _workflow(law: Profile, rng: np.random.Generator, number: int, per_day: float) -> _Workflow:
    species, models = rng.integers(1, 5), rng.integers(1, 4)
    name = f"flow_{number:03d}"
    # One run that fails is no burst: in a day or two a workflow has to run several times.
    number_of_bursts = rng.integers(0, 3) if per_day >= _BURST_RUNS_PER_DAY else 0
    bursts = [
        (start, start + rng.uniform(0.8, 2))
        for start in rng.uniform(_HISTORY * DAYS, DAYS, number_of_bursts)
    ]
    return _Workflow(
        name=name,
        species=[f"{name}_species_{nth}" for nth in range(species)],
        species_shares=rng.dirichlet(np.full(species, 0.6)),
        species_levels=rng.normal(0, 0.4, species),
        models=list(rng.choice(len(_MODELS), models, replace=False)),
        model_shares=rng.dirichlet(np.full(models, 0.8)),
        cost_level=rng.uniform(-7, -2),
        slope=rng.uniform(0.1, 0.9),
        chars=rng.uniform(5.5, 9.0),
        chars_noise=rng.uniform(0.2, 1.2),
        output_tokens=rng.uniform(4, 7),
        calls=int(rng.integers(1, 9)),
        cost_noise=rng.uniform(*law.cost_noise),
        duration_noise=rng.uniform(*law.duration_noise),
        error_share=rng.uniform(*law.error_share),
        bursts=bursts,
    )


def _usual_run(
    law: Profile, rng: np.random.Generator, flow: _Workflow, at: float, run_id: str
) -> GeneratedRun:
    kind = rng.choice(len(flow.species), p=flow.species_shares)
    model = flow.models[rng.choice(len(flow.models), p=flow.model_shares)]
    chars = rng.normal(0, flow.chars_noise)
    cost_z, duration_z = draw_noise(rng, law.cost_tail), draw_noise(rng, law.duration_tail)
    level = flow.cost_level + _COST_LEVELS[model] + flow.species_levels[kind] + flow.slope * chars
    answer = np.exp(flow.output_tokens + 0.25 * chars + rng.normal(0, 0.3))
    usual_ms = 350 * flow.calls + 1000 * answer / _TOKENS_PER_SECOND[model]
    is_error = bool(rng.random() < flow.error_share)
    ended_at = FIRST_DAY + timedelta(days=float(at))
    duration_ms = float(usual_ms * np.exp(flow.duration_noise * duration_z))
    row = {
        "run_id": run_id,
        "ended_at": ended_at.isoformat(timespec="milliseconds"),
        "workflow_id": flow.name,
        "species_hash": flow.species[kind],
        "model": _MODELS[model],
        "input_chars": max(1, round(float(np.exp(flow.chars + chars)))),
        "call_count": flow.calls,
        "input_tokens": max(1, round(float(np.exp(flow.chars + chars)) / 4)),
        "output_tokens": max(1, round(float(answer))),
        "cost_usd": round(float(np.exp(level + flow.cost_noise * cost_z)), 9),
        "duration_ms": round(duration_ms, 1),
        "error_count": int(is_error),
    }
    return GeneratedRun(row, "", cost_z, duration_z, flow.error_share, float(np.exp(level)))


def _break(law: Profile, run: GeneratedRun, flow: _Workflow, at: float, draw: np.ndarray):
    """Let a fault hit the run, if one does; a run that fails in a burst has a draw of its own."""
    low, high = np.log(law.fault_factors)
    jump = low + draw[1] * (high - low)
    row, share = run.row, law.fault_share
    if any(first <= at < last for first, last in flow.bursts) and draw[3] < 0.6:
        run.fault, row["error_count"] = "error_burst", 1
    elif draw[0] < share:
        run.fault = "expensive"
        run.cost_z += jump / flow.cost_noise
        row["cost_usd"] = round(row["cost_usd"] * float(np.exp(jump)), 9)
    elif draw[0] < 2 * share:
        run.fault = "slow"
        run.duration_z += jump / flow.duration_noise
        row["duration_ms"] = round(row["duration_ms"] * float(np.exp(jump)), 1)
    elif draw[0] < 3 * share:
        run.fault = "no_output"
        row["output_tokens"] = 0
        # What is not written is not paid, and half of these fail before anything is.
        row["error_count"] = int(draw[2] < 0.5)
        if draw[2] < 0.5:
            row |= {"input_tokens": 0, "cost_usd": 0.0, "duration_ms": row["duration_ms"] / 5}
