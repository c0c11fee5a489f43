"""Time builds at scale, by layer and by model: all of a large warehouse, and a few new runs on top.

python tests/benchmarks/build_increment.py      100,000 and a million runs, 1,000 more
python tests/benchmarks/build_increment.py --runs 20000 --new 200 --home DIR    writes no doc
python tests/benchmarks/build_increment.py --hand FILE     with passes written by hand next to it
"""

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from orchestration import settings
from orchestration.transformation.build import build
from orchestration.transformation.options import BuildOptions
from scale_logs import calls, runs, write

DOC = settings.project_dir() / "docs" / "accuracy" / "incremental_builds.md"
SLOWEST = 15  # models that are shown
MEASURES = {
    "span_s": "first model to last, s",
    "command_s": "with dbt's start, s",
    "cpu_s": "processor time, s",
    "memory_gb": "memory at most, GB",
}
INTRODUCTION = """# Incremental builds

Runs of forty workflows over {days} days, as generic logs with {calls}. Models alone, without their
tests, as `tokenhouse run` builds them: what is current is left out. Written by
`python tests/benchmarks/build_increment.py` on {cores} cores ({processor}, {memory:.0f} GB), once.

The seconds of a layer are those of its models, added up; several run at the same time, so their
sum is more than what somebody waits. A command waits for the first model until dbt has read the
project.
"""


class ModelsAlone(BuildOptions):
    """A build as people start it, without tests."""

    def arguments(self) -> list[str]:
        """Return the arguments for dbt."""
        return [*super().arguments(), "--exclude-resource-type", "test"]


@dataclass
class Built:
    """A build.

    Attributes
    ----------
    command_s : float
        From the start of the process that builds to its end.
    span_s : float
        From the first model's start to the last one's end.
    cpu_s : float
        Processor time of all, which other work on the machine hardly changes.
    memory_gb : float
        What the process that builds held at most.
    models : dict of str to float
        Seconds by ``layer.model``.
    """

    command_s: float = 0.0
    span_s: float = 0.0
    cpu_s: float = 0.0
    memory_gb: float = 0.0
    models: dict[str, float] = field(default_factory=dict)

    def layers(self) -> dict[str, tuple[int, float]]:
        """Return how many models each layer built, and their seconds."""
        found: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for name, seconds in self.models.items():
            count, spent = found[name.split(".")[0]]
            found[name.split(".")[0]] = (count + 1, spent + seconds)
        return dict(found)


def build_models(home: Path) -> Built:
    """Build what is not current, in a process of its own for its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_build, home).result()


def _build(home: Path) -> Built:
    report = build(ModelsAlone())
    if not report.is_successful:
        raise SystemExit(f"The build failed: {report.errors or report.failed}")
    # This process has started nothing else.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1e9 if sys.platform == "darwin" else 1e6
    built = Built(
        command_s=report.seconds,
        cpu_s=used.ru_utime + used.ru_stime,
        memory_gb=used.ru_maxrss / unit,
    )
    moments = []
    for result in json.loads((home / "dbt" / "run_results.json").read_text())["results"]:
        if result["relation_name"]:  # no hook
            name = result["relation_name"].replace("`", "")
            built.models[name] = result["execution_time"]
            for step in result["timing"]:
                moments += [step["started_at"], step["completed_at"]]
    times = [datetime.fromisoformat(moment) for moment in moments if moment]
    built.span_s = (max(times) - min(times)).total_seconds()
    return built


def both_builds(options: argparse.Namespace, n_runs: int, home: Path) -> tuple[Built, Built]:
    """Make the logs, build all runs, then the new ones."""
    os.environ["TOKENHOUSE_HOME"] = str(home)
    total = n_runs + options.new
    found = []
    for name, count, first in (("old", n_runs, 0), ("new", options.new, n_runs)):
        rows = runs(count, first, total, options.days, seed=1)
        path = home / "logs" / f"{name}.jsonl"
        write(path, calls(rows, options.calls) if options.calls else rows)
        source = "generic_calls" if options.calls else "generic_runs"
        subprocess.run(["tokenhouse", "load", path, "--source", source], check=True)
        path.unlink()
        found.append(build_models(home))
        if options.home:
            (home / f"{name}.json").write_text(json.dumps(found[-1].models, indent=1))
    return found[0], found[1]


def by_hand(options: argparse.Namespace, n_runs: int) -> dict[str, float]:
    """Run the passes that were written by hand; return the seconds each says it took in all."""
    seconds = {}
    for script in options.hand:
        python = options.hand_python if "duckdb" in script.name else sys.executable
        printed = subprocess.run(
            [python, script, str(n_runs), str(max(1, options.calls))],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        total = re.search(r"^TOTAL\D*([\d.]+)", printed, re.MULTILINE)
        seconds[script.stem] = float(total[1]) if total else float("nan")
    return seconds


def report(
    options: argparse.Namespace, n_runs: int, full: Built, new: Built, hand: dict[str, float]
) -> str:
    """Return a section of the doc."""
    every, fresh = full.layers(), new.layers()
    lines = [f"## {options.new:,} new runs on top of {n_runs:,}", ""]
    lines += ["| | All runs | New runs | New / all |", "|---|--:|--:|--:|"]
    for name, words in MEASURES.items():
        whole, part = getattr(full, name), getattr(new, name)
        lines.append(f"| {words} | {whole:.1f} | {part:.1f} | {part / whole:.0%} |")
    for name, seconds in hand.items():
        lines.append(f"| `{name}` by hand, s | {seconds:.1f} | | |")
        lines.append(f"| first model to last / `{name}` | {full.span_s / seconds:.0f} | | |")
    lines += ["", "| Layer | Models | Seconds | Models, new runs | Seconds, new runs |"]
    lines += ["|---|--:|--:|--:|--:|"]
    for layer, (count, seconds) in sorted(every.items(), key=lambda item: -item[1][1]):
        new_count, new_seconds = fresh.get(layer, (0, 0.0))
        lines.append(f"| {layer} | {count} | {seconds:.1f} | {new_count} | {new_seconds:.1f} |")
    for words, one in (("all runs", full), ("new runs", new)):
        slowest = sorted(one.models.items(), key=lambda item: -item[1])[:SLOWEST]
        shown = ", ".join(f"`{name.split('.')[1]}` {seconds:.1f}" for name, seconds in slowest)
        lines += ["", f"Slowest, {words}: {shown}."]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Build each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--calls", type=int, default=0, help="per run; 0 for logs of runs")
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--home", type=Path, help="keeps the warehouses there; writes no doc")
    parser.add_argument("--hand", type=Path, nargs="*", default=[], help="passes written by hand")
    parser.add_argument("--hand-python", default=sys.executable, help="the Python that has DuckDB")
    options = parser.parse_args()

    sections = []
    for n_runs in sorted(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            home = options.home / str(n_runs) if options.home else Path(folder)
            full, new = both_builds(options, n_runs, home.resolve())
        sections.append(report(options, n_runs, full, new, by_hand(options, n_runs)))
        print(sections[-1], flush=True)
    if not options.home:
        calls_each = f"{options.calls} calls per run" if options.calls else "one row per run"
        introduction = INTRODUCTION.format(
            days=options.days,
            calls=calls_each,
            cores=os.cpu_count(),
            processor=_processor(),
            memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        )
        DOC.write_text("\n".join([introduction, *sections]), encoding="utf-8")
    return 0


def _processor() -> str:
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
