"""Time the judged layers: all of a large warehouse, and a few new runs on top of it; write the doc.

python tests/benchmarks/build_increment.py      100,000 and a million runs, 1,000 more
python tests/benchmarks/build_increment.py --runs 20000 --new 200 --home DIR
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from orchestration import settings

DOC = settings.project_dir() / "docs" / "accuracy" / "incremental_builds.md"
_BUILT = settings.built_layers()
LAYERS = _BUILT[_BUILT.index("baselines") : _BUILT.index("marts")]  # those that judge runs
MODELS = ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-pro")
INTRODUCTION = """# Incremental builds

Runs of forty workflows over {days} days: time of each layer's models, where the full build of the
judged layers is 100. Written by `python tests/benchmarks/build_increment.py`; one thread.
"""
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


def write(path: Path, rows: Iterator[dict]) -> None:
    """Write rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def build(home: Path) -> dict[str, tuple[float, int]]:
    """Build models without their tests.

    Parameters
    ----------
    home : Path
        The warehouse's folder.

    Returns
    -------
    dict of str to (float, int)
        Seconds and models by layer; dbt's own start-up is in none.
    """
    subprocess.run(
        ["dbt", "--quiet", "run", "--threads", "1"],
        check=True,
    )
    results = json.loads((Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json").read_text())
    seconds: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for result in results["results"]:
        if not result["relation_name"]:  # a hook
            continue
        layer = result["relation_name"].split(".")[0].strip("`")
        spent, count = seconds[layer]
        seconds[layer] = (spent + result["execution_time"], count + 1)
        if os.environ.get("EACH_MODEL"):
            print(f"  {result['execution_time']:7.2f} s  {result['relation_name']}")
    return dict(seconds)


def report(
    options: argparse.Namespace, n_runs: int, full: dict, increment: dict, memory: float
) -> str:
    """Return a section of the doc: both times as shares of the judged layers' full build."""
    judged = [layer for layer in full if layer in LAYERS]
    whole = sum(full[layer][0] for layer in judged)
    lines = [
        f"## {options.new:,} new runs on top of {n_runs:,}",
        "",
        "| Layer | Models | All runs | New runs | New / all |",
        "|---|--:|--:|--:|--:|",
    ]
    rows = [(layer, *full[layer], increment[layer][0]) for layer in full]
    rows.append(
        (
            "**judged layers**",
            whole,
            sum(full[layer][1] for layer in judged),
            sum(increment[layer][0] for layer in judged),
        )
    )
    lines += [
        f"| {layer} | {count} | {100 * all_s / whole:.1f} | {100 * new_s / whole:.1f} "
        f"| {new_s / all_s:.0%} |"
        for layer, all_s, count, new_s in rows
    ]
    everything = sum(seconds for seconds, _ in full.values())
    fresh = sum(increment[layer][0] for layer in judged)
    models = sum(full[layer][1] for layer in judged)
    lines += [
        "",
        f"For the new runs the judged layers take {fresh / everything:.0%} of the whole full "
        "build. dbt itself needs a tenth to a fifth of a second for each of their "
        f"{models} models, whatever it reads. The full build's process held {memory:.1f} GB at "
        "most.",
    ]
    return "\n".join(lines) + "\n"


def judge(options: argparse.Namespace, n_runs: int, home: Path) -> str:
    """Make the logs, build twice, return both times by layer and their ratio."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    os.environ["DBT_TARGET_PATH"] = str(home / "target")
    os.environ.setdefault("DBT_PROFILES_DIR", str(Path(__file__).parents[1] / "profiles"))
    total = n_runs + options.new
    write(home / "logs" / "old.jsonl", runs(n_runs, 0, total, options.days, seed=1))
    subprocess.run(["tokenhouse", "load", home / "logs" / "old.jsonl"], check=True)
    subprocess.run(["dbt", "--quiet", "seed"], check=True)
    full = build(home)
    # Of all children so far the largest, in kilobytes: this build's, as sizes come in rising order.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    write(home / "logs" / "new.jsonl", runs(options.new, n_runs, total, options.days, seed=1))
    subprocess.run(["tokenhouse", "load", home / "logs" / "new.jsonl"], check=True)
    return report(options, n_runs, full, build(home), memory)


def main() -> int:
    """Judge each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--home", type=Path, help="keeps the warehouse there")
    options = parser.parse_args()

    sections = []
    for n_runs in sorted(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            home = options.home / str(n_runs) if options.home else Path(folder)
            sections.append(judge(options, n_runs, home))
            print(sections[-1])
    text = "\n".join([INTRODUCTION.format(days=options.days), *sections])
    if not options.home:
        DOC.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
