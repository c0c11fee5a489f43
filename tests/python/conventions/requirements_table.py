"""The table of requirements: what names each of them, and which of them a test proves.

``make requirements`` writes docs/requirements.md; with ``--check`` it only
says whether the file is up to date.
"""

import argparse
import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import UserError

__all__ = ["main", "named_by_models", "named_by_tests", "render"]

_REQUIREMENT = re.compile(r"(?<![0-9A-Za-z])[Rr](\d{3})(?![0-9A-Za-z])")
# In the name of a test the number stands between underscores: accepted_range_r004.
_IN_A_NAME = re.compile(r"(?<![0-9A-Za-z])r(\d{3})(?![0-9A-Za-z])")
_LEADING_COMMENTS = re.compile(r"\A(?:\s*--[^\n]*\n?)+")
_MODEL_KINDS = ("model", "seed", "source")
_COLUMNS_SHOWN = 4
_STATES = ("tested", "built", "open")

_HEAD = """\
# Requirements

What the design documents ask for (docs/requirements.yml), what holds it and what proves it. Written
by `make requirements` from the R-numbers in descriptions and tests: edit those, not this file.

- **tested**: a test names it (a range of numbers counts for its two ends).
- **built**: a model or a column names it, no test does.
- **open**: nothing names it.

"""


def render(
    requirements: dict[str, dict[str, str]],
    models: dict[str, list[str]],
    tests: dict[str, list[str]],
) -> str:
    """Write the table.

    Arguments
    ---------
    requirements : dict of str to dict
        ``document`` and ``what`` of each number, as docs/requirements.yml has them.
    models, tests : dict of str to list of str
        What names each number, as :func:`named_by_models` and :func:`named_by_tests` return it.

    Returns
    -------
    str
        The whole file, in Markdown.
    """
    states = {number: _state(number, models, tests) for number in requirements}
    counts = [f"{list(states.values()).count(state)} {state}" for state in _STATES]
    lines = [
        f"{len(requirements)} requirements: {', '.join(counts)}.",
        "",
        "| R | Document | What | Where | Tests | State |",
        "|---|---|---|---|---|---|",
    ]
    for number, requirement in requirements.items():
        cells = (
            number,
            requirement["document"],
            requirement["what"],
            _listed(models.get(number, [])),
            _listed(tests.get(number, [])),
            states[number],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return _HEAD + "\n".join(lines) + "\n"


def named_by_models(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Find the models, seeds and source tables whose description names a requirement.

    Arguments
    ---------
    manifest : dict
        dbt's manifest, read from JSON; its descriptions contain their doc blocks.

    Returns
    -------
    dict of str to list of str
        By number: ``model``, or ``model.column`` where a column names it.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node in _nodes(manifest, _MODEL_KINDS):
        for number in _numbers(node["description"]):
            found[number][node["name"]].append("")
        for column in node["columns"].values():
            for number in _numbers(column["description"]):
                found[number][node["name"]].append(column["name"])
    return {
        number: [_with_columns(name, columns) for name, columns in sorted(names.items())]
        for number, names in found.items()
    }


def named_by_tests(manifest: dict[str, Any], folder: Path) -> dict[str, list[str]]:
    """Find the tests that name a requirement.

    Arguments
    ---------
    manifest : dict
        dbt's manifest, read from JSON.
    folder : Path
        Folder of the Python tests.

    Returns
    -------
    dict of str to list of str
        By number: names of dbt's data tests and unit tests, ``file.py::test`` of Python's.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for node in _nodes(manifest, ("test", "unit_test")):
        opening = _LEADING_COMMENTS.match(node.get("raw_code") or "")
        text = f"{node['description']} {opening[0] if opening else ''}"
        for number in (*_numbers(text), *_numbers_in_name(node["name"])):
            found[number].add(node["name"])
    for path in sorted(folder.rglob("test_*.py")):
        for name, numbers in _python_tests(path):
            for number in numbers:
                found[number].add(name)
    return {number: sorted(names) for number, names in found.items()}


def main(arguments: list[str] | None = None) -> int:
    """Write or check docs/requirements.md.

    Arguments
    ---------
    arguments : list of str, optional
        As typed; those of the process by default.

    Returns
    -------
    int
        Exit code: 1 when the file is out of date and was only to be checked, or dbt cannot parse
        the project.
    """
    parser = argparse.ArgumentParser(description="Write docs/requirements.md.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    options = parser.parse_args(arguments)
    path = settings.project_dir() / "docs" / "requirements.md"
    try:
        text = _current_text()
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if not options.check:
        path.write_text(text)
        return 0
    if path.exists() and path.read_text() == text:
        return 0
    print(
        "docs/requirements.md is out of date; run `make requirements` and commit it.",
        file=sys.stderr,
    )
    return 1


def _current_text() -> str:
    import yaml

    from orchestration.transformation.manifest import prepare_manifest

    project = settings.project_dir()
    requirements = yaml.safe_load((project / "docs" / "requirements.yml").read_text())
    manifest = json.loads(prepare_manifest().read_text())
    tests = named_by_tests(manifest, project / "tests" / "python")
    return render(requirements, named_by_models(manifest), tests)


def _state(number: str, models: dict[str, list[str]], tests: dict[str, list[str]]) -> str:
    if tests.get(number):
        return "tested"
    return "built" if models.get(number) else "open"


def _nodes(manifest: dict[str, Any], kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for part in ("nodes", "sources", "unit_tests"):
        for node in manifest[part].values():
            if node["resource_type"] in kinds:
                yield node


def _numbers(text: str | None) -> list[str]:
    return [f"R{digits}" for digits in _REQUIREMENT.findall(text or "")]


def _numbers_in_name(name: str) -> list[str]:
    return [f"R{digits}" for digits in _IN_A_NAME.findall(name.replace("_", " "))]


def _python_tests(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the names of a file's tests, and of the file itself, with the numbers they name."""
    tree = ast.parse(path.read_text())
    yield path.name, _numbers(ast.get_docstring(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            numbers = [*_numbers(ast.get_docstring(node)), *_numbers_in_name(node.name)]
            yield f"{path.name}::{node.name}", numbers


def _with_columns(name: str, columns: list[str]) -> str:
    named = sorted(filter(None, columns))
    if not named:
        return name
    more = len(named) - _COLUMNS_SHOWN
    shown = [*named[:_COLUMNS_SHOWN], *([f"{more} more"] if more > 0 else [])]
    return f"{name} ({', '.join(shown)})"


def _listed(names: list[str]) -> str:
    return "<br>".join(names)


if __name__ == "__main__":
    sys.exit(main())
