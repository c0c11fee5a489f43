"""Build a warehouse of one source alone, for each source, and ask it everything.

PYTHONPATH=tests/python python tests/benchmarks/each_source.py                  takes half an hour
PYTHONPATH=tests/python python tests/benchmarks/each_source.py --only chat --only otel

The logs are a small demo's, and those that the tests write of tools that the demo has not. First an
empty warehouse is built; each source gets a copy of it, `tokenhouse run`, and is asked everything
that people ask (source_answers.py); so is one of all files. Writes docs/accuracy/each_source.md.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from orchestration import settings
from orchestration.demo import DEMO_SOURCES, generate
from orchestration.loading import load
from orchestration.loading.sources import SOURCES
from source_answers import Answers, ask_everything
from source_samples import write_samples

DOCUMENT = settings.project_dir() / "docs" / "accuracy" / "each_source.md"
TOKENHOUSE = str(Path(sys.executable).with_name("tokenhouse"))
SMALL = {"days": 14, "workflows": 58, "scale": 0.1}
EMPTY, ALL = "(nothing)", "(all of them)"


def main() -> None:
    """Build each source alone, and write down what answered."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", help="a source; may be repeated")
    parser.add_argument("--folder", type=Path, help="keep samples and answers here, and go on")
    parser.add_argument("--write", action="store_true", help="write down what was tried so far")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        samples = samples_by_source(folder)
        if unknown := set(options.only or []) - {EMPTY, ALL, *samples}:
            parser.error(f"there is no source {', '.join(sorted(unknown))}")
        if not (folder / "empty").exists():
            shutil.rmtree(folder / "home", ignore_errors=True)
            problem = run(folder / "home", [])
            assert not problem, problem
            (folder / "home").rename(folder / "empty")
        every = {}
        for name in options.only or [EMPTY, *samples, ALL]:
            kept = folder / f"{name}.json"
            if options.write and not kept.exists():
                continue
            if not kept.exists():
                kept.write_text(json.dumps(asdict(try_source(folder, samples, name))))
            every[name] = answers = Answers(**json.loads(kept.read_text()))
            print(line(name, answers), *answers.problems, sep="\n    ", flush=True)
        missing = [name for name in samples if name not in every]
    if not options.only:
        lines = [line(name, answers) for name, answers in every.items()]
        DOCUMENT.write_text(document(lines, missing), encoding="utf-8")
    sys.exit(any(answers.problems for answers in every.values()))


def samples_by_source(folder: Path) -> dict[str, list[Path]]:
    """Write the samples, and return the files of each source in the order of the code."""
    logs = folder / "samples"
    if not logs.exists():
        generate(logs / "demo", **SMALL, sources=DEMO_SOURCES)
        write_samples(logs / "tools")
    os.environ["TOKENHOUSE_HOME"] = str(folder / "recognised")
    report = load([logs / "demo" / "logs", logs / "tools"])
    found: dict[str, list[Path]] = {source.name: [] for source in SOURCES}
    for file in report.files:
        if file.source:
            found[file.source].append(file.path)
    # One of each raw table first: the same models build the others of the table.
    firsts = {source.entity: source.name for source in reversed(SOURCES) if found[source.name]}
    order = sorted(found, key=lambda name: name not in firsts.values())
    return {name: found[name] for name in order if found[name]}


def try_source(folder: Path, samples: dict[str, list[Path]], name: str) -> Answers:
    """Load the files of a source into the empty warehouse, build it, and ask it everything."""
    every = [path for paths in samples.values() for path in paths]
    paths = {EMPTY: [], ALL: every}.get(name) or samples.get(name, [])
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder / "empty", home)
    problem = run(home, paths)
    answers = ask_everything(home)
    answers.files = len(paths)
    answers.problems += [problem] if problem else []
    return answers


def run(home: Path, paths: list[Path]) -> str:
    """Load and build; return what went wrong."""
    command = ["run", *map(str, paths)] if paths else ["build"]
    done = subprocess.run(
        [TOKENHOUSE, *command],
        env=os.environ | {"TOKENHOUSE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr)[-1500:] if done.returncode else ""


def line(name: str, answers: Answers) -> str:
    """Return a line of the table."""
    title = name if name in (EMPTY, ALL) else f"`{name}`"
    right = answers.asked - len(answers.problems)
    cost = answers.cost or ("unknown" if answers.calls else "0")
    return (
        f"| {title} | {answers.files} | {answers.calls:,} | {answers.runs:,} | {cost} "
        f"| {right} of {answers.asked} |"
    )


def document(lines: list[str], missing: list[str]) -> str:
    """Return the doc as Markdown."""
    return "\n".join(
        [
            "# Each source alone",
            "",
            "Written by `PYTHONPATH=tests/python python tests/benchmarks/each_source.py`.",
            "",
            "A warehouse of one source has most tables empty, and a product's logs may come without"
            " their counterparts: messages without conversations, scores without traces. For each"
            " source, its files alone are loaded into an empty warehouse, which `tokenhouse run`"
            " builds with all data tests. Then it is asked what people ask: `tokenhouse usage` in"
            " all its periods, `doctor`, `report` and the exports; the page for each period, every"
            " endpoint, and every mart. The first row is of a warehouse without any log, the last"
            " of all files of all sources in one. Questions come with the marts: a row says how"
            " many there were when it was tried.",
            "",
            "| Source | Files | Calls | Runs | Cost, USD | Answered |",
            "|---|--:|--:|--:|--:|--:|",
            *lines,
            "",
            *([f"Not tried: {', '.join(missing)}.", ""] if missing else []),
        ]
    )


if __name__ == "__main__":
    main()
