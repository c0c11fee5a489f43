"""Judge the flags of runs on companies of several kinds, and the rates that the flags state.

PYTHONPATH=tests/python python tests/benchmarks/judge_profiles.py           takes some minutes
PYTHONPATH=tests/python python tests/benchmarks/judge_profiles.py --demo    prints the demo too
"""

import argparse
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from fault_judging import average_precision
from judged_companies import Company, read_company
from orchestration import settings

DOC = settings.project_dir() / "docs" / "accuracy" / "profiles.md"
CHOSEN_ON = {("demo", 11)}
JUDGED = (
    *((profile, seed) for profile in ("heavy", "untuned") for seed in (2, 21)),
    ("skewed", 21),
    ("two_ways", 21),
    ("two_ways", 22),
)
CLEAN = (
    *((profile, seed) for profile in ("heavy", "untuned") for seed in (2, 21)),
    *((profile, 21) for profile in ("skewed", "two_ways")),
)
DEMO = (("demo", 7), ("demo", 11))
STATED = 0.0015  # the var calibrated_false_alarm_rate
STATED_OF_FAILURES = 0.05  # the var calibrated_error
COHORT_SIZES = (0, 20, 100, 201)
LOOKED_AT = (20, 50, 100)  # runs from the top


def _row_of_flags(profile: str, seed: int, company: Company) -> str:
    runs = company.runs
    hit = runs["fault"] != ""
    found, false = (runs["is_flagged"] & hit).sum(), runs["is_flagged"] & ~hit & ~runs["is_lasting"]
    counted = ~runs["is_lasting"]
    area = _area(runs["score"].fillna(-np.inf), hit, counted)
    oracle = share = most = "-"
    if company.oracle is not None:
        best = _area(company.oracle, hit, counted)
        oracle, share = f"{best:.3f}", f"{area / best:.2f}"
        most = f"{_recall_at(company.oracle, hit, false.sum()):.2f}"
    chosen = " (chosen here)" if (profile, seed) in CHOSEN_ON else ""
    return (
        f"| {profile}, seed {seed}{chosen} | {len(runs):,} | {hit.sum()} "
        f"| {found / (found + false.sum()):.2f} | {found / hit.sum():.2f} | {most} "
        f"| {1000 * false.mean():.1f} | {area:.3f} | {oracle} | {share} |"
    )


def _area(scores: np.ndarray | pd.Series, hit: pd.Series, counted: pd.Series) -> float:
    pairs = zip(np.asarray(scores)[counted], hit[counted], strict=True)
    return average_precision((float(score), bool(is_hit)) for score, is_hit in pairs)


def _recall_at(scores: np.ndarray, hit: pd.Series, false_alarms: int) -> float:
    """Return the recall of a ranking that is followed until so many runs are false."""
    is_hit = hit.to_numpy()[np.argsort(-scores)]
    return is_hit[np.cumsum(~is_hit) <= false_alarms].sum() / is_hit.sum()


def _rows_of_kinds(companies: dict[tuple[str, int], Company]) -> list[str]:
    lines = ["| Company | Fault | Runs hit | Found |", "|---|---|--:|--:|"]
    for (profile, seed), company in companies.items():
        hit = company.runs[company.runs["fault"] != ""]
        for kind, runs in hit.groupby("fault"):
            lines.append(
                f"| {profile}, seed {seed} | `{kind}` | {len(runs)} "
                f"| {runs['is_flagged'].mean():.2f} |"
            )
    return lines


def _rows_of_losses(companies: dict[tuple[str, int], Company]) -> list[str]:
    lines = [
        "| Company | Lost to faults (USD) | "
        + " | ".join(f"First {count} | of them hit | at best" for count in LOOKED_AT)
        + " |",
        "|---|--:|" + "--:|" * 3 * len(LOOKED_AT),
    ]
    for (profile, seed), company in companies.items():
        if "lost_usd" not in company.runs:
            continue
        lost = company.runs["lost_usd"]
        ranked = company.runs.sort_values("anomaly_loss_usd", ascending=False)
        best = lost.sort_values(ascending=False)
        cells = [
            f"{ranked['lost_usd'][:count].sum() / lost.sum():.2f} "
            f"| {(ranked['fault'][:count] != '').mean():.2f} "
            f"| {best[:count].sum() / lost.sum():.2f}"
            for count in LOOKED_AT
        ]
        lines.append(f"| {profile}, seed {seed} | {lost.sum():.2f} | {' | '.join(cells)} |")
    return lines


def _rows_of_claims(companies: dict[tuple[str, int], Company]) -> list[str]:
    lines = [
        "| Company without faults | Flag | Comparable runs | Judged | Stated | Measured | Ratio "
        "| by chance |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ]
    pooled = pd.concat([company.runs for company in companies.values()])
    named = {f"{profile}, seed {seed}": one.runs for (profile, seed), one in companies.items()}
    for name, runs in {**named, "**all**": pooled}.items():
        for metric in ("cost", "duration"):
            judged = runs[runs[f"{metric}_z"].notna()]
            beyond = judged[f"{metric}_z"] > judged[f"{metric}_bound"]
            lines.append(_claim(name, metric, "any", beyond, STATED))
            for low, high in pairwise(COHORT_SIZES):
                if name == "**all**":
                    is_in = (judged["cohort_size"] >= low) & (judged["cohort_size"] < high)
                    size = f"{low} to {high - 1}"
                    lines.append(_claim(name, metric, size, beyond[is_in], STATED))
        failed = runs[runs["error_probability"].notna()]
        stated = STATED_OF_FAILURES
        lines.append(_claim(name, "errors, of failures", "any", failed["is_error"], stated))
    return lines


def _claim(name: str, flag: str, size: str, beyond: pd.Series, stated: float) -> str:
    chance = binomtest(int(beyond.sum()), len(beyond)).proportion_ci(method="exact")
    return (
        f"| {name} | {flag} | {size} | {len(beyond):,} | {stated:.4f} "
        f"| {beyond.mean():.4f} | {beyond.mean() / stated:.2f} "
        f"| {chance.low / stated:.2f} to {chance.high / stated:.2f} |"
    )


def document(judged: dict[tuple[str, int], Company], clean: dict[tuple[str, int], Company]) -> str:
    """Return the doc as Markdown."""
    return "\n".join(
        [
            "# Flags of runs, by kind of company",
            "",
            "Written by `PYTHONPATH=tests/python python tests/benchmarks/judge_profiles.py`. The "
            "judge is the tests' reference worker, which equals the SQL column by column.",
            "",
            "The demo's costs follow its inputs, and its loops cost 8 to 25 times the usual; "
            "[fault_detection.md](fault_detection.md) has its figures. Here are other companies:",
            "",
            "- **heavy**: heavy tails (Student's t with 4 and 5 degrees of freedom), several "
            "models per species, rare species, faults of 2 to 20 times the usual, failures without "
            "output (`tests/benchmarks/generated_runs.py`).",
            "- **untuned**: another law (Laplace's), another traffic.",
            "- **skewed**: Gumbel's law, with a long expensive and slow side; the rule for skewed "
            "scores was settled on seeds 1 and 2.",
            "- **two_ways**: a seventh of the runs take another, expensive way.",
            "",
            "Chosen on seeds 1, 3, 11 and 12 of heavy and untuned; those below were judged after "
            "that. What slow hours are, and the `fault_share` of the var `calibrated_tail`, were "
            "chosen on seeds 3, 11 and 12 of them, seeds 1 and 2 of skewed, and the demo's seeds "
            "11 and 1. An earlier `fault_share` had been settled with a look at heavy and untuned "
            "seeds 2, skewed seed 21 and the demo's seed 7. How scales are measured and shrunk "
            "(var `calibrated_spread`), and the prior of missing output, were chosen on seeds 101 "
            "and 102 of all kinds and of the demo.",
            "",
            "All faults of single runs count: cost, duration, errors, missing output. PR-AUC is "
            "the "
            "area under the precision-recall curve of `calibrated_anomaly_score`; the oracle "
            "ranks by the true law of each run, and sees of bursts what the flags see; its recall "
            "is that with as many false alarms. Many "
            "faults of 2 times the usual are within what heavy tails do by chance: nobody finds "
            "them.",
            "",
            "| Company | Runs | Hit | Precision | Recall | oracle's | False per 1,000 | PR-AUC "
            "| oracle's | share |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
            "| *target* | | | ≥ 0.82 | ≥ 0.83 | | ≤ 4 | | | ≥ 0.97 |",
            *(_row_of_flags(*key, company) for key, company in judged.items()),
            "",
            "## By kind of fault",
            "",
            *_rows_of_kinds(judged),
            "",
            "## Worked through from the top",
            "",
            "Of all that faults cost (what is above the usual, and all of a run that failed in "
            "a burst or wrote nothing), the share in the first runs by `anomaly_loss_usd`, and in "
            "as many of those that really lost most. A slow run loses no money.",
            "",
            *_rows_of_losses(judged),
            "",
            "## What is stated, and what was measured",
            "",
            "On the same companies without a fault. Cost and duration state the rate of the var "
            "`calibrated_false_alarm_rate`, the flag of errors that of the var `calibrated_error`, "
            "of the runs that failed. The ratio should be within 1.5 (0.67 to 1.5). In a single "
            "company there are some sixteen such runs, or eight failures: the last column has the "
            "ratios that are possible with a probability of 95% (Clopper and Pearson).",
            "",
            *_rows_of_claims(clean),
            "",
        ]
    )


def main():
    """Judge every company, print the doc and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--demo", action="store_true", help="judge the demo; write nothing")
    is_demo = parser.parse_args().demo
    judged = {key: read_company(*key) for key in (DEMO if is_demo else JUDGED)}
    clean_keys = DEMO[:1] if is_demo else CLEAN
    clean = {key: read_company(*key, with_faults=False) for key in clean_keys}
    text = document(judged, clean)
    print(text)
    if not is_demo:
        DOC.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
