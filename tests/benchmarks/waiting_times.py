"""What a person waits for: a first run, nothing new, one file more; write the doc.

python tests/benchmarks/waiting_times.py      the open transcripts and the demo; five minutes
python tests/benchmarks/waiting_times.py --logs FOLDER --print
"""

import argparse
import gzip
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration import settings

DOC = settings.project_dir() / "docs" / "accuracy" / "waiting_times.md"
TRANSCRIPTS = settings.project_dir().parent / "shared" / "data" / "claude_code"
# The file that is added last has as many lines as a short conversation.
ADDED_LINES = 74
COSTS_SHOWN = "Cost by day, before anything is judged"
INTRODUCTION = """# Waiting times

What a person waits for at the terminal, from the command to the summary, without the set-up:
seconds, and their share of the first run of the same logs. Costs are on the screen before anything
is judged. Written by `python tests/benchmarks/waiting_times.py` on {cores} cores
({processor}, {memory:.0f} GB), once, with nothing else running.

| Logs | Step | Seconds | Of the first run | Costs shown after | Built and tested |
|---|---|--:|--:|--:|---|
"""


@dataclass
class Wait:
    """A command that somebody waits for.

    Attributes
    ----------
    step : str
        What it is, in words.
    seconds : float
        Until it ends.
    costs_after : float or None
        Until it prints what calls cost; None if it never does.
    built : str
        What it says that it built.
    """

    step: str
    seconds: float
    costs_after: float | None
    built: str


def wait_for(step: str, home: Path, *arguments: str) -> Wait:
    """Run ``tokenhouse`` in a home of its own, and take the time."""
    started = time.monotonic()
    costs_after, built = None, ""
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("tokenhouse")), *arguments],
        env=os.environ | {"TOKENHOUSE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            if COSTS_SHOWN in line:
                costs_after = time.monotonic() - started
            if "models built" in line or line.startswith("Nothing is new"):
                built = (
                    line.split(";")[0].split(":")[0].strip().removesuffix(" since the last build")
                )
    if process.returncode:
        raise SystemExit(f"tokenhouse {' '.join(arguments)} ended with {process.returncode}.")
    return Wait(step, time.monotonic() - started, costs_after, built)


def of_folder(logs: Path, home: Path) -> Iterator[Wait]:
    """Yield the waits for a folder of transcripts: all but one file, nothing new, that file."""
    files = sorted(path for path in logs.rglob("*.jsonl*") if path.is_file())
    added = min(files, key=lambda path: (abs(_lines(path) - ADDED_LINES), str(path)))
    without = home.parent / "logs"
    for path in files:
        if path != added:
            copy = without / path.relative_to(logs)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    yield wait_for(f"first run, {len(files) - 1} files", home, "run", str(without))
    yield wait_for("again, nothing new", home, "run", str(without))
    yield wait_for(f"one file of {_lines(added)} lines more", home, "run", str(added))


def of_demo(home: Path) -> Iterator[Wait]:
    """Yield the waits for the demo."""
    yield wait_for("first run, generated too", home, "demo")
    yield wait_for("again, nothing new", home, "demo")


def lines(name: str, waits: Iterator[Wait]) -> Iterator[str]:
    """Yield the lines of the table, one for each wait."""
    first = None
    for wait in waits:
        first = first or wait.seconds
        shown = "" if wait.costs_after is None else f"{wait.costs_after:.1f}"
        yield (
            f"| {name} | {wait.step} | {wait.seconds:.1f} | {wait.seconds / first:.0%} "
            f"| {shown} | {wait.built} |"
        )


def main() -> None:
    """Take the times, and write them down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--logs", type=Path, default=TRANSCRIPTS, help="a folder of transcripts")
    options.add_argument("--print", action="store_true", help="only print, write nothing")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = [
            *lines("open transcripts", of_folder(asked.logs.resolve(), Path(folder, "a", "home"))),
            *lines("demo", of_demo(Path(folder, "b", "home"))),
        ]
    text = INTRODUCTION.format(
        cores=os.cpu_count(),
        processor=_processor(),
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
    )
    text += "\n".join(table) + "\n"
    print(text)
    if not asked.print:
        DOC.write_text(text)


def _lines(path: Path) -> int:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        return sum(1 for _ in file)


def _processor() -> str:
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
