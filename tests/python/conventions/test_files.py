"""What no file of the project may contain."""

import re
from pathlib import Path

import pytest

from conventions.project import PROJECT, complain, in_project, tracked_paths

HOME_FOLDER = re.compile(r"(?<![\w./<])/(?:home|Users)/\w+|\b[A-Z]:\\Users\\\w+")
REGISTRY = re.compile(
    r"pythonhosted|artifactory|devpi|https?://[^\s\"']*(?:pypi|/simple\b)"
    r"|(?<!no-emit-)\b(?:extra-)?index-url\b|trusted-host"
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
LARGEST_BYTES = 1_000_000


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Return the text of every file but this one; a picture's bytes spell words by chance."""
    return {
        in_project(path): path.read_text(errors="replace")
        for path in tracked_paths()
        if path != Path(__file__) and path.suffix != ".png"
    }


def _containing(files: dict[str, str], pattern: re.Pattern) -> list[str]:
    return [
        f"{name}: {found[0]}" for name, text in files.items() if (found := pattern.search(text))
    ]


def test_no_paths_of_a_machine(files):
    here = re.compile(rf"(?<![\w.]){re.escape(str(PROJECT))}(?![\w-])")
    offenders = _containing(files, HOME_FOLDER) + _containing(files, here)
    complain("Paths come from the environment or start at the project; take it out:", offenders)


def test_no_hosts_of_a_package_registry(files):
    complain(
        "Where packages come from is the machine's setting (pip's configuration); take it out:",
        _containing(files, REGISTRY),
    )


def test_nothing_is_left_for_later(files):
    complain("Do it, or open an issue and take the note out:", _containing(files, UNFINISHED))


def test_no_large_files(files):
    offenders = [name for name, text in files.items() if len(text) > LARGEST_BYTES]
    complain("Logs and built data do not belong into the repository; take it out:", offenders)
