"""The table of requirements: what holds each of them, and which tests prove it.

``make requirements`` checks docs/requirements.yml and writes docs/requirements.md from it; with
``--check`` it writes nothing and says whether the file is up to date.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration import settings
from orchestration.errors import UserError
from orchestration.transformation.manifest import read_manifest

__all__ = ["check", "main", "render"]

PYTHON_TESTS = settings.project_dir() / "tests" / "python"
_KEYS = {"document", "says", "state", "marts", "tests"}
_STATES = ("proved", "open")
_LEADING_COMMENTS = re.compile(r"\A(?:\s*--[^\n]*\n?)+")
_HEAD = """\
# Requirements

What the design documents ask for, what holds it and what proves it. Written by `make requirements`
from docs/requirements.yml: edit that, not this file.

- **proved**: the tests named here prove all of the sentence. They exist and carry the number, which
  is checked; that they are enough is read and judged by people.
- **open**: something is missing, and the table says what.

"""

Requirement = dict[str, Any]


def check(
    requirements: dict[str, Requirement], manifest: dict[str, Any], folder: Path = PYTHON_TESTS
) -> list[str]:
    """Find what docs/requirements.yml claims and is not so.

    Parameters
    ----------
    requirements : dict of str to dict
        The file, read.
    manifest : dict
        dbt's manifest, read from JSON.
    folder : Path, optional
        Folder of the Python tests.

    Returns
    -------
    list of str
        A sentence for each claim that does not hold, with the number of the requirement.
    """
    relations = _relations(manifest)
    texts = _texts_of_dbt_tests(manifest)
    problems = []
    for number, requirement in requirements.items():
        problems += [f"{number}: {problem}" for problem in _form(requirement)]
        if "tests" not in requirement or "marts" not in requirement:
            continue
        for test in requirement["tests"]:
            text = _text_of_python_test(folder, test) if "::" in test else texts.get(test)
            if text is None:
                problems.append(f"{number}: there is no test {test}")
            elif not _carries(text, number):
                problems.append(f"{number}: {test} does not name it; write it in its description")
        missing = [name for name in requirement["marts"] if name not in relations]
        if missing and requirement["state"] == "proved":
            problems.append(f"{number}: open, as there is no {', '.join(missing)}")
    return problems


def render(requirements: dict[str, Requirement]) -> str:
    """Write the table.

    Parameters
    ----------
    requirements : dict of str to dict
        docs/requirements.yml, read and checked.

    Returns
    -------
    str
        The whole file, in Markdown.
    """
    states = [requirement["state"] for requirement in requirements.values()]
    counts = [f"{states.count(state)} {state}" for state in _STATES]
    lines = [
        f"{len(requirements)} requirements: {', '.join(counts)}.",
        "",
        "| R | Document | What | Where | Tests | State |",
        "|---|---|---|---|---|---|",
    ]
    for number, requirement in requirements.items():
        missing = requirement.get("open")
        cells = (
            number,
            requirement["document"],
            requirement["says"],
            "<br>".join(requirement["marts"]),
            "<br>".join(requirement["tests"]),
            f"open: {missing}" if missing else "proved",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Check the requirements, and write or check their table; return the exit code."""
    parser = argparse.ArgumentParser(description="Write docs/requirements.md.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    options = parser.parse_args(arguments)
    docs = settings.project_dir() / "docs"
    try:
        requirements = yaml.safe_load((docs / "requirements.yml").read_text())
        problems = check(requirements, read_manifest())
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    path = docs / "requirements.md"
    text = "" if problems else render(requirements)
    if options.check and not problems and path.read_text() != text:
        problems = ["docs/requirements.md is out of date; run `make requirements` and commit it"]
    if problems:
        print("docs/requirements.yml:", *problems, sep="\n  ", file=sys.stderr)
        return 1
    if not options.check:
        path.write_text(text)
    return 0


def _form(requirement: Requirement) -> Iterator[str]:
    """Yield what is wrong with the form of a row."""
    state = requirement.get("state")
    expected = _KEYS | ({"open"} if state == "open" else set())
    if set(requirement) != expected:
        yield f"give exactly {', '.join(sorted(expected))}"
        return
    if requirement["document"] not in tuple("ABCDE"):
        yield "document is one of A to E"
    if state not in _STATES:
        yield f"state is one of {', '.join(_STATES)}"
    if state == "proved" and not requirement["tests"]:
        yield "what no test proves is open"
    if any("|" in requirement.get(key, "") for key in ("says", "open")):
        yield "a | would break the table"
    if state == "open" and not requirement["open"]:
        yield "open says what is missing"


def _relations(manifest: dict[str, Any]) -> set[str]:
    """Return models, seeds and source tables, and their columns behind a dot."""
    nodes = [
        node
        for node in [*manifest["nodes"].values(), *manifest["sources"].values()]
        if node["resource_type"] in ("model", "seed", "source")
    ]
    return {node["name"] for node in nodes} | {
        f"{node['name']}.{column}" for node in nodes for column in node["columns"]
    }


def _texts_of_dbt_tests(manifest: dict[str, Any]) -> dict[str, str]:
    """Return names, descriptions and opening comments of data and unit tests, by name."""
    texts: dict[str, str] = {}
    for node in [*manifest["nodes"].values(), *manifest["unit_tests"].values()]:
        if node["resource_type"] in ("test", "unit_test"):
            opening = _LEADING_COMMENTS.match(node.get("raw_code") or "")
            parts = (node["name"], node["description"] or "", opening[0] if opening else "")
            texts[node["name"]] = " ".join(parts)
    return texts


def _text_of_python_test(folder: Path, test: str) -> str | None:
    """Return the name and docstring of ``path::function``; None where there is no such test."""
    path, _, name = test.partition("::")
    return _python_tests(folder / path).get(name)


@cache
def _python_tests(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    return {
        node.name: f"{node.name} {ast.get_docstring(node) or ''}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def _carries(text: str, number: str) -> bool:
    """Tell whether a text has a number: R001, or r001 between underscores."""
    return bool(re.search(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", text, re.IGNORECASE))


if __name__ == "__main__":
    sys.exit(main())
