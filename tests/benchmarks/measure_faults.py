"""Measure what faults do to loads and builds, and write docs/accuracy/faults.md.

python tests/benchmarks/measure_faults.py --load-kills 200 --build-kills 200

The parts are independent. With --folder FOLDER what they found is kept there, part by part, and a
part that is there is not run again; kills that are still missing are added, for --minutes at most.
A part that was not run keeps its section of the page. Full disks need root, to mount small ones.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bomb_trials import try_bombs
from disk_trials import try_clock, try_disks
from hostile_files import hostile_files
from hostile_trial import try_all
from hostile_values import HOSTILE_VALUES, TEMPLATES, write_hostile_values
from kill_builds import kill_in_homes
from kill_trials import LoadKills
from orchestration import settings
from orchestration.loading.load import load
from orchestration.transformation.build import build
from orchestration.warehouse.client import connect

PAGE = settings.project_dir() / "docs" / "accuracy" / "faults.md"
HEAD = """# Faults

What odd files, odd values, killed commands, failing disks and a clock that steps back do to a
warehouse. Written by `python tests/benchmarks/measure_faults.py`; each part has a home of its own.
"""

_TITLES = (
    "Hostile files",
    "Hostile values",
    "Killed loads",
    "Killed builds",
    "Failing disks and clocks",
    "Files that expand or never end",
)
# They go on where they ended.
_KILLS = ("load kills", "build kills")


def main() -> None:
    """Run every part that was not run yet, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load-kills", type=int, default=200)
    parser.add_argument("--build-kills", type=int, default=200)
    parser.add_argument("--only", help="Run one part alone.")
    parser.add_argument("--folder", type=Path, help="Where the parts and their results are kept.")
    parser.add_argument("--jobs", type=int, default=1, help="Homes in which builds are killed.")
    parser.add_argument("--minutes", type=float, default=1e9, help="For kills of each kind.")
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    results = asked.folder / "results.json" if asked.folder else None
    if results and results.exists():
        found = json.loads(results.read_text())
    parts: dict[str, tuple[Callable[[Path], Any], Callable[[Any], str]]] = {
        "files": (_files, _files_section),
        "values": (_values, _values_section),
        "load kills": (
            lambda place: _load_kills(place, asked.load_kills, asked.minutes),
            _load_kills_section,
        ),
        "build kills": (
            lambda place: kill_in_homes(place, asked.jobs, asked.build_kills, asked.minutes),
            _build_kills_section,
        ),
        "disks": (_disks, _disks_section),
        "bombs": (_bombs, _bombs_section),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, (measure, _) in parts.items():
            is_there = name in found and name not in _KILLS
            if is_there or asked.only not in (None, name):
                continue
            found[name] = measure((asked.folder or Path(folder)) / name.replace(" ", "_"))
            if results:
                results.write_text(json.dumps(found, indent=1))
    sections = _sections_of(PAGE.read_text(encoding="utf-8"))
    for name, (_, show) in parts.items():
        if name in found:
            sections |= _sections_of(show(found[name]))
    shown = [sections[title] for title in _TITLES if title in sections]
    PAGE.write_text("\n".join([HEAD, *shown]), encoding="utf-8")


def _sections_of(page: str) -> dict[str, str]:
    """Return the sections of a page by their titles."""
    return {
        section.partition("\n")[0]: f"## {section.rstrip()}\n"
        for section in page.split("\n## ", 1)[-1].removeprefix("## ").split("\n## ")
    }


def _files(place: Path) -> list[list[Any]]:
    place.mkdir()
    os.environ["TOKENHOUSE_HOME"] = str(place / "home")
    trials = try_all(hostile_files(), place / "logs")
    for trial in trials:
        if trial.problem:
            print(trial.hostile.kind, trial.hostile.name, trial.problem, file=sys.stderr)
    tried = Counter(trial.hostile.kind for trial in trials)
    good = Counter(trial.hostile.kind for trial in trials if not trial.problem)
    rows: list[list[Any]] = [[kind, count, good[kind]] for kind, count in sorted(tried.items())]
    return [*rows, ["all", sum(tried.values()), sum(good.values())]]


def _files_section(rows: list[list[Any]]) -> str:
    return _section(
        "Hostile files",
        "Loaded at once, among good ones. Each must be loaded, rejected line by line, fail alone "
        "or be skipped, with the number of rows and the words that the catalogue "
        "`tests/benchmarks/hostile_files.py` asks for.",
        ("kind", "files", "became what it must"),
        rows,
    )


def _values(place: Path) -> dict[str, Any]:
    place.mkdir()
    os.environ["TOKENHOUSE_HOME"] = str(place / "home")
    count = write_hostile_values(place / "logs", values_per_kind=2)
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
    return {
        "records": count,
        "models": report.count(tests=False, status="success"),
        "tests": report.count(tests=True, status="pass"),
        "failed": len(report.failed),
        "rows": [[kind, *found.get(kind, (0, 0))] for kind in HOSTILE_VALUES],
    }


def _values_section(found: dict[str, Any]) -> str:
    return _section(
        "Hostile values",
        f"{found['records']:,} records: every value of a record of each of {len(TEMPLATES)} kinds "
        "of records, replaced by two hostile values of each kind. Many are allowed where they "
        "stand, such as a text where a text is expected. The build after it: "
        f"{found['models']} models built, {found['tests']} tests passed, "
        f"{found['failed']} failed.",
        ("kind of value", "data issues", "of them quarantined"),
        found["rows"],
    )


def _load_kills(place: Path, wanted: int, minutes: float) -> dict[str, Any]:
    kills = LoadKills(place)
    kills.run(wanted, minutes)
    outcome: dict[str, Any] = json.loads(kills.outcome())
    return outcome


def _load_kills_section(found: dict[str, Any]) -> str:
    return _section(
        "Killed loads",
        "Loads of two files and unloads, killed with SIGKILL at any moment, four in a row. Right "
        "after, readers must see each file whole or as it was before; after the next load, each "
        "record once.",
        ("kills", "ended before", "states that differed"),
        [[found["kills"], found["ended"], len(found["differing"])]],
    )


def _build_kills_section(found: dict[str, Any]) -> str:
    rows = [[point, count] for point, count in sorted(found["killed"].items())]
    return _section(
        "Killed builds",
        "Builds that add and take away runs in turn, in blocks of 192 rows, killed with SIGKILL "
        "up to ten times in a row, each time a little further on; then one runs to its end. "
        f"{found['ended']} had ended before. After {found['compared']} chains each of "
        f"{found['tables']} tables ({found['rows']:,} rows) from the conformed ones to the marts "
        "was compared with that of a home in which nothing was killed. Tables that differed: "
        f"{len(found['differing'])}.",
        ("killed at", "kills"),
        [*rows, ["all", sum(found["killed"].values())]],
    )


def _disks(place: Path) -> list[list[Any]]:
    cases = [*try_clock(place / "clock"), *try_disks(place / "disks")]
    return [[case.name, case.became, case.is_good] for case in cases]


def _disks_section(rows: list[list[Any]]) -> str:
    return _section(
        "Failing disks and clocks",
        "A disk that cannot be written is named in one sentence, with exit code 74, and what was "
        "loaded before can be read. Loads are ordered by a counter, so the clock may say what it "
        "likes.",
        ("tried", "became", "as it must"),
        [[name, became, "yes" if is_good else "no"] for name, became, is_good in rows],
    )


def _bombs(place: Path) -> list[list[Any]]:
    return [list(found) for found in try_bombs(place)]


def _bombs_section(rows: list[list[Any]]) -> str:
    return _section(
        "Files that expand or never end",
        "Peak memory of `tokenhouse load`, which must stay below 500 MB whatever the file.",
        ("file", "MB on disk", "became", "peak MB"),
        [[name, f"{size:,.1f}", became, f"{peak:,.0f}"] for name, size, became, peak, _ in rows],
    )


def _section(title: str, text: str, header: tuple[str, ...], rows: list[list[Any]]) -> str:
    lines = [f"## {title}", "", text, "", f"| {' | '.join(header)} |", "|---" * len(header) + "|"]
    lines += [
        f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in row)} |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
