"""Measure what faults do to loads and builds, and write docs/accuracy/faults.md.

python tests/benchmarks/measure_faults.py --load-kills 200 --build-kills 200
"""

import argparse
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hostile_files import hostile_files
from hostile_trial import try_all
from hostile_values import HOSTILE_VALUES, TEMPLATES, write_hostile_values
from kill_trials import KillTrials
from orchestration import settings
from orchestration.loading.load import load
from orchestration.transformation.build import build
from orchestration.warehouse.client import connect

PAGE = settings.project_dir() / "docs" / "accuracy" / "faults.md"
HEAD = """# Faults

What odd files, odd values and killed commands do to a warehouse, written by
`python tests/benchmarks/measure_faults.py`. Each part has a home of its own.
"""


def main() -> None:
    """Run every part, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load-kills", type=int, default=200)
    parser.add_argument("--build-kills", type=int, default=200)
    parser.add_argument("--only", choices=["files", "values", "kills"], help="Print one part.")
    asked = parser.parse_args()
    parts = []
    with tempfile.TemporaryDirectory() as place:
        if asked.only in (None, "files"):
            parts.append(_files(Path(place) / "files"))
        if asked.only in (None, "values"):
            parts.append(_values(Path(place) / "values"))
        if asked.only in (None, "kills"):
            parts.append(_kills(Path(place) / "kills", asked.load_kills, asked.build_kills))
    page = "\n".join([HEAD, *parts])
    if asked.only:
        print(page)
    else:
        PAGE.write_text(page, encoding="utf-8")


def _files(place: Path) -> str:
    place.mkdir()
    os.environ["TOKENHOUSE_HOME"] = str(place / "home")
    trials = try_all(hostile_files(), place / "logs")
    tried = Counter(trial.hostile.kind for trial in trials)
    good = Counter(trial.hostile.kind for trial in trials if not trial.problem)
    rows = [(kind, count, good[kind]) for kind, count in sorted(tried.items())]
    return _section(
        "Hostile files",
        "Loaded at once, among good ones. Each must be loaded, rejected line by line, fail alone "
        "or be skipped, with the number of rows and the words that the catalogue "
        "`tests/benchmarks/hostile_files.py` asks for.",
        ("kind", "files", "became what it must"),
        [*rows, ("all", sum(tried.values()), sum(good.values()))],
    )


def _values(place: Path) -> str:
    place.mkdir()
    os.environ["TOKENHOUSE_HOME"] = str(place / "home")
    count = write_hostile_values(place / "logs")
    for folder in sorted((place / "logs").iterdir()):
        load([folder], source=folder.name)
    report = build()
    marts = settings.database("marts")
    with connect() as client:
        issues = client.query(
            f"select extract(source_file, ' ([^/]+?)( [0-9]+)?\\\\.jsonl$') as kind, count(), "
            f"countIf(is_quarantined) from {marts}.mart_data_issues group by kind"
        ).result_rows
    found = {kind: counts for kind, *counts in issues}
    rows = [(kind, *found.get(kind, (0, 0))) for kind in HOSTILE_VALUES]
    return _section(
        "Hostile values",
        f"{count:,} records: every value of a record of each of {len(TEMPLATES)} raw tables, "
        "replaced by each hostile value. Many are allowed where they stand, such as a text where a "
        f"text is expected. The build: {report.count(tests=False, status='success')} models built, "
        f"{report.count(tests=True, status='pass')} tests passed, {len(report.failed)} failed.",
        ("kind of value", "data issues", "of them quarantined"),
        rows,
    )


def _kills(place: Path, load_kills: int, build_kills: int) -> str:
    rows = []
    for name, wanted in (("load", load_kills), ("build", build_kills)):
        folder = place / name
        folder.mkdir(parents=True)
        trials = KillTrials(folder)
        (trials.of_loads if name == "load" else trials.of_builds)(wanted)
        rows.append((f"tokenhouse {name}", trials.kills, len(trials.differing)))
        for line in trials.differing:
            print(line)
    return _section(
        "Killed commands",
        "Killed with SIGKILL at random moments of their time, then run again. After a load the raw "
        "table shows each record of the file once; after a build every table from the baselines to "
        "the marts is compared with that of a home in which nothing was killed.",
        ("command", "kills", "tables or loads that differed"),
        rows,
    )


def _section(title: str, text: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [f"## {title}", "", text, "", f"| {' | '.join(header)} |", "|---" * len(header) + "|"]
    lines += [
        f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else cell for cell in row)} |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
