"""Simulate experiments whose truth is known, and test them with the warehouse's own SQL.

Users differ, and one user's messages are alike, as in a real chat. Without an effect 5% of p-values
should be below .05, and with one the interval should hold it in 95% of experiments; a test that
takes messages for independent finds effects that are not there.

    python tests/benchmarks/simulate_experiments.py --experiments 10000   writes the doc
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import chdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from comparison_sql import model
from orchestration import settings

__all__ = ["Figures", "main", "simulate"]

DOC = settings.project_dir() / "docs" / "accuracy" / "experiments.md"
CHUNK = 500
USERS = 60
"""Users of each variant."""
MESSAGES = 8
"""Mean messages of a user."""
EFFECTS = {"success_share": 0.1, "avg_rating": 0.4, "cost_per_message_usd": 0.8}
"""What the planted variant adds to the share and to the stars, and its factor on costs."""
KINDS = {"success_share": "share", "avg_rating": "rank", "cost_per_message_usd": "skewed"}
PER_MESSAGE = "per_message"
ALPHA = 0.05


@dataclass(frozen=True)
class Figures:
    """What the tests of one metric come to, over all experiments.

    Attributes
    ----------
    experiments : int
        How many.
    below : float
        Share of p-values below .05.
    covered : float
        Share of intervals that hold the truth.
    """

    experiments: int
    below: float
    covered: float


Side = dict[str, tuple[np.ndarray, np.ndarray]]


def _side(dice: np.random.Generator, has_effect: bool) -> Side:
    """Draw the users of one variant: of each, sum and count by metric, and of messages singly."""
    counts = 1 + dice.poisson(dice.gamma(2, (MESSAGES - 1) / 2, USERS))
    # Some users succeed nearly always, some hardly ever; the mean is .6.
    skills = dice.beta(1.5, 1, USERS)
    if has_effect:
        # A failed message succeeds after all with the chance that makes the planted difference.
        skills = skills + (1 - skills) * EFFECTS["success_share"] / 0.4
    hits = dice.binomial(counts, skills)
    messages = np.concatenate(
        [np.repeat((1.0, 0.0), (hit, count - hit)) for hit, count in zip(hits, counts, strict=True)]
    )
    # Stars: each user leans to one end, and rates two messages.
    lean = dice.beta(2, 2, USERS)
    stars = 1 + dice.binomial(4, lean[:, None], (USERS, 2))
    if has_effect:
        stars = stars + (dice.random((USERS, 2)) < EFFECTS["avg_rating"]) * 1.0
    costs = np.exp(
        dice.normal(0, 0.7, USERS) + np.log(EFFECTS["cost_per_message_usd"]) * has_effect
    )
    spread = dice.gamma(2.0 * counts, 0.5, USERS)
    return {
        "success_share": (hits.astype(float), counts.astype(float)),
        "avg_rating": (stars.sum(axis=1).astype(float), np.full(USERS, 2.0)),
        "cost_per_message_usd": (costs * spread, counts.astype(float)),
        PER_MESSAGE: (messages, np.ones(len(messages))),
    }


def _rows(dice: np.random.Generator, first: int, count: int, has_effect: bool) -> pa.Table:
    columns: dict[str, list] = {
        name: []
        for name in (
            "comparison_id", "metric", "metric_kind",
            "variant_sums", "variant_counts", "control_sums", "control_counts",
        )
    }  # fmt: skip
    for number in range(first, first + count):
        variant, control = _side(dice, has_effect), _side(dice, False)
        for metric in variant:
            columns["comparison_id"].append(str(number))
            columns["metric"].append(metric)
            columns["metric_kind"].append(KINDS.get(metric, "share"))
            for name, side in (("variant", variant), ("control", control)):
                order = np.lexsort(side[metric][::-1])
                columns[f"{name}_sums"].append(side[metric][0][order])
                columns[f"{name}_counts"].append(side[metric][1][order])
    return pa.table(columns)


def _tests(seed: int, experiments: int, has_effect: bool) -> Iterator[dict]:
    dice = np.random.default_rng(seed)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "samples.parquet"
        relation = f"""(
            select 'experiment' as comparison_kind, comparison_id, 'x' as subject, 'b' as variant,
                'a' as control_variant, metric, metric_kind, 'user' as unit_kind,
                true as has_control, variant_sums, variant_counts, control_sums, control_counts,
                toDate('2026-01-01') as first_date, toDate('2026-01-31') as last_date
            from file('{path}', Parquet,
                'comparison_id String, metric String, metric_kind String,
                variant_sums Array(Float64), variant_counts Array(Float64),
                control_sums Array(Float64), control_counts Array(Float64)')
        )"""
        sql = model("int_comparison_tests", {"int_comparison_samples": relation})
        columns = "metric, p_value, difference_low, difference_high, ratio_low, ratio_high"
        for first in range(0, experiments, CHUNK):
            pq.write_table(_rows(dice, first, min(CHUNK, experiments - first), has_effect), path)
            answer = chdb.query(f"select {columns} from ({sql})", "ArrowTable")
            yield from answer.to_pylist()


def simulate(experiments: int, has_effect: bool, seed: int = 1) -> dict[str, Figures]:
    """Simulate experiments and return what their tests come to, by metric.

    Parameters
    ----------
    experiments : int
        How many.
    has_effect : bool
        Whether the variant has the planted effects, or none.
    seed : int, optional
        Equal seeds simulate equal experiments.
    """
    below: dict[str, list[bool]] = {}
    covered: dict[str, list[bool]] = {}
    for row in _tests(seed, experiments, has_effect):
        metric = row["metric"]
        name = metric if isinstance(metric, str) else metric.decode()
        below.setdefault(name, []).append(row["p_value"] < ALPHA)
        scale = "ratio" if name == "cost_per_message_usd" else "difference"
        nothing = 1.0 if scale == "ratio" else 0.0
        effect = EFFECTS.get(name, EFFECTS["success_share"])
        truth = effect if has_effect else nothing
        low, high = (row[f"{scale}_{bound}"] for bound in ("low", "high"))
        covered.setdefault(name, []).append(low <= truth <= high)
    return {
        name: Figures(len(below[name]), float(np.mean(below[name])), float(np.mean(covered[name])))
        for name in below
    }


def main() -> None:
    """Simulate, print the table and write it to the doc."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--experiments", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    results = [
        (label, simulate(options.experiments, has_effect, options.seed + has_effect))
        for label, has_effect in (("none", False), ("planted", True))
    ]
    text = _doc(options.experiments, options.seed, results)
    DOC.write_text(text, encoding="utf-8")
    print(text)


def _doc(experiments: int, seed: int, results: list[tuple[str, dict[str, Figures]]]) -> str:
    lines = [
        "# How often experiments are right",
        "",
        f"Written by `python tests/benchmarks/simulate_experiments.py --experiments {experiments} "
        f"--seed {seed}`.",
        f"{experiments:,} experiments without an effect and as many with one, of {USERS} users a "
        f"variant and about {MESSAGES} messages",
        "a user, are tested by the SQL of `int_comparison_tests`. Users differ and a user's "
        "messages are alike. The planted variant",
        f"succeeds {EFFECTS['success_share'] * 100:.0f} points more often, has "
        f"{EFFECTS['avg_rating']} stars more, and costs "
        f"{(1 - EFFECTS['cost_per_message_usd']) * 100:.0f}% less.",
        "",
        "Without an effect 5% of p-values are below .05 if a test is right (aim: 4 to 6%), and "
        "95% of intervals hold the truth",
        "(aim: 93 to 97%). The last row takes each message for a unit, as if messages of one user "
        "were independent: what it calls",
        "significant is chance.",
        "",
        "| Effect | Metric | Unit | p below .05 | interval holds the truth |",
        "|---|---|---|--:|--:|",
    ]
    for label, figures in results:
        for metric, found in figures.items():
            name, unit = ("success_share", "message") if metric == PER_MESSAGE else (metric, "user")
            lines.append(
                f"| {label} | `{name}` | {unit} | {found.below:.1%} | {found.covered:.1%} |"
            )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
