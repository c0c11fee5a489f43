"""Companies whose runs were judged, with the truth: the demo and generated ones of other kinds.

The judge is the reference worker of ``tests/python/reference``, which tests hold equal to the SQL,
column by column; so no warehouse is built.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom

from generated_runs import PROFILES, GeneratedRun, generate_runs
from noise_laws import noise_beyond
from orchestration import settings
from orchestration.demo import generate
from reference import calibrated
from reference.cascade import read_cascade
from reference.prices import PriceBook
from reference.worker import Worker

__all__ = ["Company", "as_the_worker_has", "read_company"]

_SIZES = {"tiny": 500, "small": 2000, "medium": 6000, "large": 20000}
_NUMBERS = ["cost_z", "duration_z", "error_probability", "score"]


@dataclass(frozen=True)
class Company:
    """A company's runs as they were judged, and the truth.

    Attributes
    ----------
    runs : DataFrame
        One row per judged run: scores, `fault` (empty for none) and `is_lasting` (hit by a lasting
        fault, which regressions find: neither found nor false here).
    oracle : ndarray or None
        Its score of each run; None for the demo, whose law of a run is not written down.
    """

    runs: pd.DataFrame
    oracle: np.ndarray | None


def read_company(profile: str, seed: int, *, with_faults: bool = True) -> Company:
    """Make a company's runs and judge them.

    Parameters
    ----------
    profile : str
        ``demo``, or a profile of the generated runs.
    seed : int
        The same seed gives the same runs.
    with_faults : bool
        Whether faults hit some of them.
    """
    if profile == "demo":
        with tempfile.TemporaryDirectory() as folder:
            report = generate(Path(folder), seed=seed, faults=with_faults)
            book = PriceBook(settings.project_dir() / "seeds" / "model_prices.csv")
            runs = _judged(Worker(read_cascade(report.logs, book)).analyse())
            return Company(_with_labels(runs, report.labels), None)
    drawn = generate_runs(profile, seed, with_faults=with_faults)
    company = _with_law(_judged(as_the_worker_has(run.row) for run in drawn), profile, drawn)
    usual = {run.row["run_id"]: run.row for run in generate_runs(profile, seed, with_faults=False)}
    company.runs["lost_usd"] = _lost_usd(company.runs, usual)
    return company


def as_the_worker_has(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is logged of a generated run under the warehouse's names."""
    sizes = (name for name, below in _SIZES.items() if row["input_chars"] < below)
    return {
        "run_id": f"generic:{row['run_id']}",
        "source": "generic",
        "parent_run_id": None,
        "workflow_id": row["workflow_id"],
        "species_hash": row["species_hash"],
        "primary_model": row["model"],
        "ended_at": datetime.fromisoformat(row["ended_at"]),
        "total_duration_ms": row["duration_ms"],
        "total_output_tokens": row["output_tokens"],
        "total_tokens": row["input_tokens"] + row["output_tokens"],
        "total_cost_usd": row["cost_usd"],
        "call_count": row["call_count"],
        "error_count": row["error_count"],
        "input_chars": row["input_chars"],
        "input_category": next(sizes, "huge"),
    }


def _judged(runs: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    runs = list(runs)
    judgements = calibrated.judge(runs)
    costs = {run["run_id"]: float(run["total_cost_usd"]) for run in runs}
    frame = pd.DataFrame(
        {
            "id": score["run_id"].partition(":")[2],
            "cost_z": score["calibrated_cost_z_score"],
            "duration_z": score["calibrated_duration_z_score"],
            "cost_bound": score["cost_high_bound"],
            "duration_bound": score["duration_high_bound"],
            "error_probability": score["error_probability"],
            "is_error": score["is_calibrated_error_anomaly"],
            "is_flagged": score["is_calibrated_anomaly"],
            "score": score["calibrated_anomaly_score"],
            "cost_usd": costs[score["run_id"]],
            "anomaly_loss_usd": costs[score["run_id"]] * score["anomaly_loss_share"],
            "cohort_size": score["baseline_run_count"],
            "has_error": fit["has_error"],
            "has_output": fit["has_output"],
            "failures_before": fit["recent_error_run_count"],
        }
        for score, fit in zip(judgements.scores, judgements.fits, strict=True)
    )
    frame[_NUMBERS] = frame[_NUMBERS].astype(float)
    return frame


def _lost_usd(runs: pd.DataFrame, usual: Mapping[str, Mapping[str, Any]]) -> pd.Series:
    """Return what faults cost: what is above the usual, or all of a run that failed."""
    above = runs["cost_usd"] - runs["id"].map(lambda run_id: usual[run_id]["cost_usd"])
    failed = runs["fault"].isin(["error_burst", "no_output"])
    lost = above.where(runs["fault"] == "expensive", 0).clip(lower=0)
    return lost.mask(failed, runs["cost_usd"])


def _with_labels(runs: pd.DataFrame, labels: Path) -> pd.DataFrame:
    """Add the demo's labels; what failed without output is broken, label or not."""
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    lasting, kinds = set(), {}
    for row in rows:
        if row["expected_signal"].endswith("_regression"):
            lasting.add(row["run_id"])
        elif row["expected_signal"] != "none":
            kinds[row["run_id"]] = row["fault_kind"]
    fault = runs["id"].map(kinds).fillna("")
    fault = fault.mask((fault == "") & ~runs["has_output"], "no_output")
    return runs.assign(fault=fault, is_lasting=runs["id"].isin(lasting) & (fault == ""))


def _with_law(runs: pd.DataFrame, profile: str, drawn: list[GeneratedRun]) -> Company:
    """Add what hit each run, and how unlikely it is to one who knows the law.

    The oracle knows each run's expectation, the law of its noise and how often its workflow fails;
    of bursts it sees what the flags see, the failures before.
    """
    law = PROFILES[profile]
    truth = pd.DataFrame(
        [(r.row["run_id"], r.fault, r.cost_z, r.duration_z, r.error_share) for r in drawn],
        columns=["id", "fault", "true_cost_z", "true_duration_z", "error_share"],
    )
    runs = runs.merge(truth, on="id", validate="one_to_one").assign(is_lasting=False)
    chances = [
        noise_beyond(runs[f"true_{metric}_z"], tail)
        for metric, tail in (("cost", law.cost_tail), ("duration", law.duration_tail))
    ]
    before, share = runs["failures_before"], runs["error_share"]
    failing = binom.sf(before, 7, share) + binom.pmf(before, 7, share) / 2
    chances.append(np.where(runs["has_error"], failing * share, 1))
    chances.append(np.where(runs["has_output"], 1, 0))
    with np.errstate(divide="ignore"):
        return Company(runs, -np.log(np.minimum.reduce(chances)))
