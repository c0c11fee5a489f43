"""Judge the insights by the demo's faults, and by demos without any; write the doc.

python tests/benchmarks/judge_insights.py            makes and builds the demos first (minutes)
python tests/benchmarks/judge_insights.py --homes D  keeps their warehouses in D, or uses those
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from as_of import AsOf
from orchestration import settings
from orchestration.demo import generate
from orchestration.warehouse.client import connect

DOC = settings.project_dir() / "docs" / "accuracy" / "insights.md"
CLEAN_SEEDS = (1, 2, 3, 4, 5)
# Trends need a month and one before it; odd days eight weeks.
FIRST_WEEK = 4
DAYS_PER_MONTH = 30
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
Raised = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--seeds", type=int, nargs="*", default=CLEAN_SEEDS, help="without faults")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        homes = options.homes or Path(temporary)
        faulty = _faulty_home(homes / "faults")
        faults = _judge_faults(faulty)
        savings = _judge_savings(faulty)
        clean = {
            seed: _judge_clean(_clean_home(homes / f"clean_{seed}", seed)) for seed in options.seeds
        }
    DOC.write_text(_document(faults, savings, clean), encoding="utf-8")
    print(f"wrote {DOC}")


def _faulty_home(home: Path) -> Path:
    if not (home / "demo" / "truth.csv").exists():
        _run(home, "demo")
    return home


def _clean_home(home: Path, seed: int) -> Path:
    """Make a warehouse of cascades that nothing happened to."""
    if not (home / "dbt" / "manifest.json").exists():
        logs = generate(home / "demo", seed=seed, faults=False).logs
        _run(home, "load", str(logs))
        sources = ("--vars", "{sources: [cascade]}")
        without_tests = ("--", "--exclude-resource-type", "test")
        _run(home, "build", *sources, "--select", "+mart_insight_checks", *without_tests)
    return home


def _run(home: Path, *command: str) -> None:
    environment = {**os.environ, "TOKENHOUSE_HOME": str(home)}
    program = Path(sys.executable).parent / "tokenhouse"
    subprocess.run([str(program), *command], env=environment, check=True, stdout=sys.stderr)


@contextmanager
def _selected(home: Path) -> Iterator[Any]:
    before = os.environ.get("TOKENHOUSE_HOME")
    os.environ["TOKENHOUSE_HOME"] = str(home)
    try:
        with connect() as client:
            yield client
    finally:
        if before is None:
            os.environ.pop("TOKENHOUSE_HOME")
        else:
            os.environ["TOKENHOUSE_HOME"] = before


def _raised(client: Any, extra: str = "") -> Raised:
    marts = settings.database("marts")
    return list(
        client.query(
            "select toString(basis) as basis, rule_id, toString(insight_type) as type, severity, "
            "toString(scope_kind) as scope_kind, scope_key, scope_id, subject_id, since_date "
            f"from {marts}.mart_insight_checks where is_raised {extra}"
        ).named_results()
    )


def _judge_faults(home: Path) -> dict[str, dict[str, list[bool]]]:
    """Return by kind of fault and basis whether each led to an insight by the day after it began.

    Every second day is looked at: each fault has one of them on its first day or the next.
    """
    with (home / "demo" / "truth.csv").open(encoding="utf-8", newline="") as file:
        faults = [
            fact
            for fact in csv.DictReader(file)
            if fact["kind"] == "fault" and fact["expected_signal"] in TYPES
        ]
    by_day = defaultdict(list)
    for fault in faults:
        first = date.fromisoformat(fault["starts_at"][:10])
        by_day[first + timedelta(days=first.toordinal() % 2)].append(fault)
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: {basis: [] for basis in BASES})
    with _selected(home) as client:
        warehouse = AsOf(client, "mart_insight_checks")
        last = warehouse.last["as_of_date"]
        for day in sorted(by_day):
            warehouse.move(min(day, last))
            raised = _raised(client)
            for fault in by_day[day]:
                source, kind = fault["fact_id"].split("/")[1:3]
                for basis in BASES:
                    hits = [r for r in raised if r["basis"] == basis and _is_of(r, fault)]
                    found[f"{source}/{kind}"][basis].append(bool(hits))
        warehouse.move(last)
    return dict(sorted(found.items()))


def _is_of(raised: dict[str, Any], fault: dict[str, str]) -> bool:
    """Return whether an insight is of the fault's type and subject, and new with it."""
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
    with _selected(home) as client:
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
    distinct: dict[str, set[tuple[str, ...]]] = {basis: set() for basis in BASES}
    with _selected(home) as client:
        warehouse = AsOf(client, "mart_insight_checks")
        first, last = warehouse.last["first_date"], warehouse.last["as_of_date"]
        weeks = range(FIRST_WEEK, (last - first).days // 7 + 1)
        days = [first + timedelta(weeks=week) for week in weeks]
        for day in days:
            warehouse.move(day)
            for row in _raised(client, "and severity in ('warning', 'critical')"):
                distinct[row["basis"]].add((row["rule_id"], row["scope_id"], row["subject_id"]))
        warehouse.move(last)
    months = (days[-1] - days[0]).days / DAYS_PER_MONTH
    return {basis: len(found) / months for basis, found in distinct.items()}


def _document(faults: Any, savings: Any, clean: dict[int, dict[str, float]]) -> str:
    lines = [
        "# What the insights find\n",
        "Written by `python tests/benchmarks/judge_insights.py`: the demo (seed 7) as it stood on",
        "the first or second day of each injected fault, and demos of cascades without any fault,",
        "week by week.\n",
        "## Faults, found by the day after they began\n",
        "An insight counts that is of the right type and about the fault's workflow or provider,",
        "of any severity. Lasting changes of a workflow with three runs a day are mostly beyond",
        "chance only after more days",
        "([fault_detection.md](fault_detection.md)).\n",
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
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
