"""R-numbers: those that exist, what proves them, and a table of them that is up to date."""

import re

import pytest
import yaml

from conventions.project import PROJECT, complain, in_project
from conventions.requirements_table import check, render

NUMBER = re.compile(r"(?<![0-9A-Za-z])R\d{3}(?![0-9A-Za-z])")
FOLDERS = ("models", "macros", "seeds", "tests", "orchestration")
SUFFIXES = (".sql", ".yml", ".md", ".py")
# Not written out: this file's own numbers would count as named.
ONE = "R" + "901"


@pytest.fixture(scope="module")
def requirements():
    return yaml.safe_load((PROJECT / "docs" / "requirements.yml").read_text())


def test_all_requirements_are_listed(requirements):
    assert list(requirements) == [f"R{number:03}" for number in range(1, 109)]


def test_named_requirements_exist(requirements):
    offenders = [
        f"{in_project(path)}: {number}"
        for folder in FOLDERS
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in SUFFIXES
        for number in set(NUMBER.findall(path.read_text())) - set(requirements)
    ]
    complain("There is no such requirement in docs/requirements.yml; fix the number:", offenders)


def test_what_is_claimed_is_so(project, requirements):
    complain(
        "docs/requirements.yml claims more than there is; write the test, or say what is open:",
        check(requirements, project.manifest),
    )


def test_the_table_is_up_to_date(requirements):
    assert (PROJECT / "docs" / "requirements.md").read_text() == render(requirements), (
        "docs/requirements.md is out of date; run `make requirements` and commit it."
    )


@pytest.fixture
def claim(tmp_path):
    """Return a function that checks one claim against a project with a mart and three tests."""
    (tmp_path / "test_some.py").write_text(
        f'"""{ONE} of the whole file counts for none."""\n\n\ndef test_it():\n    """{ONE}."""\n'
        f"\n\ndef test_{ONE.lower()}_holds():\n    pass\n\n\ndef test_other():\n    pass\n"
    )
    mart = {"resource_type": "model", "name": "mart", "columns": {"cost_usd": {}}}
    singular = {
        "resource_type": "test",
        "name": "assert_it",
        "description": "",
        "raw_code": f"-- {ONE}: it holds.\nselect 1",
    }
    manifest = {"nodes": {"a": mart, "b": singular}, "sources": {}, "unit_tests": {}}

    def problems(**claimed):
        claimed = {"document": "A", "says": "x", "marts": [], "tests": [], **claimed}
        return check({ONE: claimed}, manifest, tmp_path)

    return problems


@pytest.mark.parametrize(
    "claimed",
    [
        {"state": "proved", "tests": ["test_some.py::test_it"], "marts": ["mart.cost_usd"]},
        {"state": "proved", "tests": [f"test_some.py::test_{ONE.lower()}_holds", "assert_it"]},
        {"state": "open", "open": "all of it", "marts": ["mart_that_is_to_be"]},
    ],
)
def test_claims_that_hold(claim, claimed):
    assert claim(**claimed) == []


@pytest.mark.parametrize(
    ("claimed", "words"),
    [
        ({"state": "proved"}, "what no test proves is open"),
        ({"state": "proved", "tests": ["test_some.py::test_gone"]}, "there is no test"),
        ({"state": "proved", "tests": ["gone.py::test_it"]}, "there is no test"),
        ({"state": "proved", "tests": ["test_some.py::test_other"]}, "does not name it"),
        ({"state": "proved", "tests": ["assert_gone"]}, "there is no test"),
        ({"state": "proved", "tests": ["assert_it"], "marts": ["gone"]}, "there is no gone"),
        (
            {"state": "proved", "tests": ["assert_it"], "marts": ["mart.gone"]},
            "there is no mart.gone",
        ),
        ({"state": "open"}, "give exactly"),
        ({"state": "open", "open": ""}, "says what is missing"),
        ({"state": "built", "tests": ["assert_it"]}, "state is one of"),
    ],
)
def test_claims_that_do_not_hold(claim, claimed, words):
    assert words in "; ".join(claim(**claimed))
