"""Judge the insights by the demo's faults, and by demos without any; write the doc.

python tests/benchmarks/judge_insights.py            makes and builds the demos first (minutes)
python tests/benchmarks/judge_insights.py --homes D  keeps their warehouses in D, or uses those
"""

import argparse
import csv
import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from orchestration import settings
from raised_insights import Raised, clean_home, faulty_home, raised_by_day, selected

DOC = settings.project_dir() / "docs" / "accuracy" / "insights.md"
CLEAN_SEEDS = (1, 2, 3, 4, 5)
# Trends need a month and one before it; odd days eight weeks.
FIRST_WEEK = 4
DAYS_PER_MONTH = 30
DAYS_TO_FIND = 2
BASES = ("documents", "calibrated")
# Insights of the right type, by what a fault should lead to.
TYPES = {
    "cost_outlier": {"cost_spike", "anomaly"},
    "cost_regression": {"cost_spike", "anomaly"},
    "duration_outlier": {"performance_degradation", "anomaly"},
    "duration_regression": {"performance_degradation", "anomaly"},
    "latency_increase": {"performance_degradation", "anomaly"},
    "error_outlier": {"failure_pattern", "reliability", "anomaly"},
    "open_outage": {"failure_pattern", "reliability"},
    "outage": {"failure_pattern", "reliability"},
    "quality_drop": {"reliability", "anomaly"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--seeds", type=int, nargs="*", default=CLEAN_SEEDS, help="without faults")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        homes = options.homes or Path(temporary)
        faulty = faulty_home(homes / "faults")
        faults = _judge_faults(faulty)
        savings = _judge_savings(faulty)
        clean = {
            seed: _judge_clean(clean_home(homes / f"clean_{seed}", seed)) for seed in options.seeds
        }
    DOC.write_text(_document(faults, savings, clean), encoding="utf-8")
    print(f"wrote {DOC}")


def _judge_faults(home: Path) -> dict[str, dict[str, list[bool]]]:
    """Return by kind of fault and basis whether each led to an insight within two days."""
    with (home / "demo" / "truth.csv").open(encoding="utf-8", newline="") as file:
        faults = [
            fact
            for fact in csv.DictReader(file)
            if fact["kind"] == "fault" and fact["expected_signal"] in TYPES
        ]
    days = {
        fault["fact_id"]: [
            date.fromisoformat(fault["starts_at"][:10]) + timedelta(days=late)
            for late in range(-1, DAYS_TO_FIND + 1)
        ]
        for fault in faults
    }
    with selected(home) as client:
        [(last,)] = client.query("select as_of_date from intermediate.int_as_of").result_rows
    raised = raised_by_day(home, {min(day, last) for around in days.values() for day in around})
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: {basis: [] for basis in BASES})
    for fault in faults:
        before, *after = (raised[str(min(day, last))] for day in days[fault["fact_id"]])
        source, kind = fault["fact_id"].split("/")[1:3]
        for basis in BASES:
            known = _of_fault(before, basis, fault)
            found[f"{source}/{kind}"][basis].append(
                any(_of_fault(day, basis, fault) - known for day in after)
            )
    return dict(sorted(found.items()))


def _of_fault(raised: Raised, basis: str, fault: dict[str, str]) -> set[tuple[str, ...]]:
    """Return the insights of a fault's type and subject, each with every run that it names."""
    return {
        (row["rule_id"], row["scope_id"], row["subject_id"], row["period_kind"], run)
        for row in raised
        if row["basis"] == basis and _is_of(row, fault)
        for run in row["run_ids"] or [""]
    }


def _is_of(raised: dict[str, Any], fault: dict[str, str]) -> bool:
    """Return whether an insight is of the fault's type and subject."""
    if raised["type"] not in TYPES[fault["expected_signal"]]:
        return False
    if not fault["subject_id"]:
        provider = fault["fact_id"].split("/")[-1]
        return raised["scope_id"] in (f"provider:{provider}", "total")
    return raised["scope_key"] == fault["subject_id"]


def _judge_savings(home: Path) -> list[tuple[str, float, float, float]]:
    """Return by kind the injected USD of the window, those found, and what else is claimed."""
    # A failed run and an oversized result are saved in part; all of them was spent for nothing.
    shares = {"reliability": 0.8, "oversized_tool_results": 0.5}
    names = {"failed_runs": "reliability", "oversized_tool_result": "oversized_tool_results"}
    with selected(home) as client:
        marts = settings.database("marts")
        [first] = client.query(
            f"select toString(min(period_start_date)) from {marts}.mart_opportunities"
        ).result_rows[0]
        injected: dict[tuple[str, str], float] = defaultdict(float)
        with (home / "demo" / "truth.csv").open(encoding="utf-8", newline="") as file:
            for fact in csv.DictReader(file):
                kind = fact["fact_id"].split("/")[1]
                if fact["kind"] == "saving" and fact["starts_at"] >= first:
                    [(workflow,)] = client.query(
                        "select any(workflow_id) from intermediate.int_runs "
                        "where run_id = {r:String}",
                        parameters={"r": f"{fact['source']}:{fact['subject_id']}"},
                    ).result_rows
                    injected[names.get(kind, kind), workflow] += float(fact["logged_value"])
        claimed = {
            (kind, workflow): float(usd) / shares.get(kind, 1)
            for kind, workflow, usd in client.query(
                "select toString(opportunity_type), workflow_id, sum(potential_savings_usd) "
                f"from {marts}.mart_opportunities where estimate_basis = 'logged' group by all"
            ).result_rows
        }
    kinds = sorted({kind for kind, _ in injected})
    return [
        (
            kind,
            sum(usd for key, usd in injected.items() if key[0] == kind),
            sum(claimed.get(key, 0) for key in injected if key[0] == kind),
            sum(usd for key, usd in claimed.items() if key[0] == kind and key not in injected),
        )
        for kind in kinds
    ]


def _judge_clean(home: Path) -> dict[str, float]:
    """Return by basis the distinct warnings and critical insights in a month of warehouse."""
    with selected(home) as client:
        [(first, last)] = client.query(
            "select first_date, as_of_date from intermediate.int_as_of"
        ).result_rows
    weeks = range(FIRST_WEEK, (last - first).days // 7 + 1)
    days = [first + timedelta(weeks=week) for week in weeks]
    distinct: dict[str, set[tuple[str, ...]]] = {basis: set() for basis in BASES}
    for raised in raised_by_day(home, days).values():
        for row in raised:
            if row["severity"] != "info":
                distinct[row["basis"]].add((row["rule_id"], row["scope_id"], row["subject_id"]))
    # Each look covers the week that it ends.
    months = 7 * len(days) / DAYS_PER_MONTH
    return {basis: len(found) / months for basis, found in distinct.items()}


def _mean(clean: dict[int, dict[str, float]], basis: str) -> float:
    return fmean(row[basis] for row in clean.values()) if clean else 0.0


def _document(faults: Any, savings: Any, clean: dict[int, dict[str, float]]) -> str:
    lines = [
        "# What the insights find\n",
        "Written by `python tests/benchmarks/judge_insights.py`: the demo (seed 7) as it stood at",
        "the end of each day around its faults, and demos of cascades without any fault, week by",
        "week. What depends on the as-of date is computed again for each of these days, by the SQL",
        "of one build; runs are judged by earlier ones in any case, and regressions are those that",
        "were confirmed by the day, though with the size that they have at last.\n",
        "## Faults, found within two days of their start\n",
        "An insight counts that is of the right type and about the fault's workflow or provider,",
        "of any severity, and was not there on the day before, or names runs that it did not.\n",
        "| Fault | Number | Documents | Calibrated |",
        "|---|--:|--:|--:|",
    ]
    for name, found in faults.items():
        counts = " | ".join(str(sum(found[basis])) for basis in BASES)
        lines.append(f"| `{name}` | {len(found['documents'])} | {counts} |")
    lines += [
        "\n## Savings, against the truth table\n",
        "USD of the last 30 days: what was injected, what is claimed of those workflows (all that",
        "was spent for nothing), and what is claimed of others.\n",
        "| Saving | Injected | Found | Of others |",
        "|---|--:|--:|--:|",
        *(f"| `{kind}` | {a:.4f} | {b:.4f} | {c:.4f} |" for kind, a, b, c in savings),
        "\n## Without faults: distinct warnings and critical insights in a month of warehouse\n",
        "| Seed | Documents | Calibrated |",
        "|---|--:|--:|",
        *(
            f"| {seed} | {row['documents']:.1f} | {row['calibrated']:.2f} |"
            for seed, row in clean.items()
        ),
        f"| mean | {_mean(clean, 'documents'):.1f} | {_mean(clean, 'calibrated'):.2f} |",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
