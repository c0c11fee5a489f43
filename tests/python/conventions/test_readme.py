"""The README's tables and commands are those of the project."""

import re

import pytest
import yaml

from conventions.project import PROJECT, complain
from orchestration.cli import main
from orchestration.loading.sources import SOURCES

VARIABLE = re.compile(r"\b(?:TOKENHOUSE|CLICKHOUSE|DAGSTER)_[A-Z_]+\b")
READ = re.compile(r"(?:environ(?:\.get)?[\[(]|env_var\()\s*[\"']([A-Z_]+)[\"']")
CELLS = re.compile(r"(?<!\\)\|")
# Set by dbt and by the shell, not by whoever runs a warehouse.
NOT_OURS = {"PATH"}


def table(readme: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table below a heading, each as its cells."""
    section = re.split(rf"^#+ {re.escape(heading)}$", readme, flags=re.M)
    assert len(section) == 2, f"README.md has no heading {heading!r}, or several."
    lines = section[1].split("\n\n|", maxsplit=1)[1].split("\n\n")[0].splitlines()
    rows = [CELLS.split(line.strip().strip("|")) for line in lines[2:]]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in rows]


def names(rows: list[list[str]]) -> list[str]:
    """Return the names in code quotes in the first column."""
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[0])]


def test_marts(project, readme):
    rows = table(readme, "Marts")
    complain(
        "README.md, Marts: a row for each model in models/marts, and for no other:",
        sorted(set(names(rows)) ^ set(project.marts)),
    )
    without = [row[0] for row in rows if not all(row)]
    complain("README.md, Marts: each row gives the grain and what it answers:", without)


def test_sources(readme):
    complain(
        "README.md, Sources: a row for each in orchestration/loading/sources, and for no other:",
        sorted(set(names(table(readme, "Sources"))) ^ {source.name for source in SOURCES}),
    )


def test_vars():
    rows = table((PROJECT / "docs" / "vars.md").read_text(), "Vars")
    shown = {row[0].strip("`"): yaml.safe_load(row[2].strip("`")) for row in rows}
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    nothing = object()
    complain(
        "docs/vars.md: a row for each var of dbt_project.yml with its default as YAML:",
        [
            f"{name}: {declared.get(name, 'is no var')}"
            for name in shown.keys() | declared.keys()
            if shown.get(name, nothing) != declared.get(name, nothing)
        ],
    )


def test_environment_variables(readme):
    files = [*(PROJECT / "orchestration").rglob("*.py"), PROJECT / "profiles" / "profiles.yml"]
    read = {name for path in files for name in READ.findall(path.read_text())} - NOT_OURS
    shown = set(names(table(readme, "Environment variables")))
    complain("README.md, Environment variables: nothing reads them:", list(shown - read))
    complain("README.md, Environment variables: they are read and not listed:", list(read - shown))


def test_make_targets(readme):
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M))
    named = set(re.findall(r"\bmake ([a-z-]+)(?=[\s`])", readme)) - {"help"}
    complain("README.md names make targets that the Makefile has not:", list(named - targets))


def test_commands(readme):
    named = set(re.findall(r"^tokenhouse ([a-z]+)|`tokenhouse ([a-z]+)", readme, flags=re.M))
    unknown = {a or b for a, b in named} - set(main.list_commands(None))
    complain("README.md names commands that `tokenhouse --help` does not list:", list(unknown))


@pytest.mark.parametrize("pattern", [r"\]\((?!https?:|#)([^)#]+)", r"<img src=\"([^\"]+)\""])
def test_files_that_are_linked_exist(readme, pattern):
    text = re.sub(r"`[^`\n]*`", "", readme)
    offenders = [path for path in re.findall(pattern, text) if not (PROJECT / path).exists()]
    complain("README.md links to files that are not there:", offenders)


def test_files_that_are_named_exist(readme):
    named = re.findall(
        r"`((?:models|macros|seeds|orchestration|tests|profiles|docs)/[^`]*)`", readme
    )
    offenders = [path for path in named if "<" not in path and not (PROJECT / path).exists()]
    complain("README.md names files that are not there:", offenders)
