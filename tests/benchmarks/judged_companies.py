"""Companies whose runs were judged, with the truth: the demo and generated ones of other kinds."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom, laplace, t

from generated_runs import PROFILES, GeneratedRun, generate_runs, write_runs
from orchestration import settings
from orchestration.demo import generate

__all__ = ["Company", "read_company"]

_SCORES = """
    select
        scores.run_id as run_id,
        scores.calibrated_cost_z_score as cost_z,
        scores.calibrated_duration_z_score as duration_z,
        scores.cost_high_bound as cost_bound,
        scores.duration_high_bound as duration_bound,
        scores.error_probability as error_probability,
        scores.is_calibrated_error_anomaly as is_error,
        scores.is_calibrated_anomaly as is_flagged,
        scores.calibrated_anomaly_score as score,
        scores.baseline_run_count as cohort_size,
        fits.has_error as has_error,
        fits.has_output as has_output,
        fits.recent_error_run_count as failures_before
    from {scores}.score_calibrated_runs as scores
    inner join {baselines}.baseline_calibrated_fits as fits on scores.run_id = fits.run_id
"""


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


def read_company(profile: str, seed: int, homes: Path, *, with_faults: bool = True) -> Company:
    """Make, load and build a company's warehouse, unless it is there; read scores and truth."""
    home = homes / f"{profile}-{seed}{'' if with_faults else '-clean'}"
    folder = home / "generated"
    drawn: list[GeneratedRun] = []
    if profile == "demo":
        source, logs = "cascade", folder / "logs"
        if not logs.exists():
            generate(folder, seed=seed, faults=with_faults)
    else:
        source, logs = "generic", folder / "runs.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        drawn = generate_runs(profile, seed, with_faults=with_faults)
        if not logs.exists():
            write_runs(drawn, logs)
    if not (home / "clickhouse").exists():
        selection = ("--select", "+score_calibrated_runs", "--vars", f"{{sources: [{source}]}}")
        for command in (("load", str(logs)), ("build", *selection)):
            subprocess.run(
                [sys.executable, "-c", "from orchestration.cli import main; main()", *command],
                env={**os.environ, "TOKENHOUSE_HOME": str(home), "TOKENHOUSE_TARGET": "embedded"},
                stdout=subprocess.DEVNULL,
                check=True,
            )
    runs = _query(home)
    runs["id"] = runs["run_id"].str.partition(":")[2]
    if profile == "demo":
        return Company(_with_labels(runs, folder / "fault_labels.jsonl"), None)
    return _with_law(runs, profile, drawn)


def _query(home: Path) -> pd.DataFrame:
    from orchestration.warehouse.client import connect

    os.environ["TOKENHOUSE_HOME"] = str(home)
    names = {layer: f"`{settings.database(layer)}`" for layer in ("scores", "baselines")}
    with connect() as client:
        found = client.query(_SCORES.format(**names))
        frame = pd.DataFrame(found.result_rows, columns=found.column_names)
    numbers = ["cost_z", "duration_z", "error_probability", "score"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


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
        t.sf(runs[f"true_{metric}_z"], tail) if tail else laplace.sf(runs[f"true_{metric}_z"])
        for metric, tail in (("cost", law.cost_tail), ("duration", law.duration_tail))
    ]
    before, share = runs["failures_before"], runs["error_share"]
    failing = binom.sf(before, 7, share) + binom.pmf(before, 7, share) / 2
    chances.append(np.where(runs["has_error"], failing * share, 1))
    chances.append(np.where(runs["has_output"], 1, 0))
    with np.errstate(divide="ignore"):
        return Company(runs, -np.log(np.minimum.reduce(chances)))
