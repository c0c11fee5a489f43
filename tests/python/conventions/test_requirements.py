"""R-numbers: those that exist, and a table of them that is up to date."""

import re

import pytest
import yaml

from conventions import requirements_table
from conventions.project import PROJECT, complain, in_project

NUMBER = re.compile(r"(?<![0-9A-Za-z])R\d{3}(?![0-9A-Za-z])")
FOLDERS = ("models", "macros", "seeds", "tests", "orchestration")
SUFFIXES = (".sql", ".yml", ".md", ".py")


@pytest.fixture(scope="module")
def requirements():
    return yaml.safe_load((PROJECT / "docs" / "requirements.yml").read_text())


def test_all_requirements_are_listed(requirements):
    assert list(requirements) == [f"R{number:03}" for number in range(1, 109)]
    offenders = [
        number
        for number, requirement in requirements.items()
        if set(requirement) != {"document", "what"}
        or requirement["document"] not in "ABCDE"
        or "|" in requirement["what"]
    ]
    complain("docs/requirements.yml gives each `document` (A to E) and `what`:", offenders)


def test_named_requirements_exist(requirements):
    offenders = [
        f"{in_project(path)}: {number}"
        for folder in FOLDERS
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in SUFFIXES
        for number in set(NUMBER.findall(path.read_text())) - set(requirements)
    ]
    complain("There is no such requirement in docs/requirements.yml; mend the number:", offenders)


def test_the_table_is_up_to_date(project, requirements):
    tests = requirements_table.named_by_tests(project.manifest, PROJECT / "tests" / "python")
    models = requirements_table.named_by_models(project.manifest)
    expected = requirements_table.render(requirements, models, tests)
    assert (PROJECT / "docs" / "requirements.md").read_text() == expected, (
        "docs/requirements.md is out of date; run `make requirements` and commit it."
    )


@pytest.mark.parametrize(
    ("models", "tests", "state"),
    [({}, {}, "open"), ({"R001": ["m"]}, {}, "built"), ({}, {"R001": ["t"]}, "tested")],
)
def test_only_what_a_test_names_is_tested(models, tests, state):
    table = requirements_table.render({"R001": {"document": "A", "what": "x"}}, models, tests)
    assert table.rstrip().endswith(f"| {state} |")


def test_what_counts_as_naming_a_requirement(tmp_path):
    numbers = ["R" + digits for digits in ("901", "902", "903", "904")]
    (tmp_path / "test_some.py").write_text(
        f'"""{numbers[0]}."""\n\n\ndef test_it():\n    """{numbers[1]} and X{numbers[2]}."""\n'
        f"\n\ndef test_{numbers[2].lower()}_holds():\n    pass\n"
    )
    nothing = {"nodes": {}, "sources": {}, "unit_tests": {}}
    singular = {
        "resource_type": "test",
        "name": "assert_it",
        "description": "",
        "raw_code": f"-- {numbers[3]}: it holds.\nselect 1 -- {numbers[0]}",
    }
    manifest = nothing | {"nodes": {"test.assert_it": singular}}
    assert requirements_table.named_by_tests(manifest, tmp_path) == {
        numbers[0]: ["test_some.py"],
        numbers[1]: ["test_some.py::test_it"],
        numbers[2]: [f"test_some.py::test_{numbers[2].lower()}_holds"],
        numbers[3]: ["assert_it"],
    }
