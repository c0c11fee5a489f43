"""Options of a build become dbt arguments."""

import pytest

from orchestration.errors import BadInputError
from orchestration.transformation.options import BuildOptions

NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def test_everything_is_built_by_default_and_tested_on_the_data():
    assert BuildOptions().arguments() == ["build", *NO_UNIT_TESTS]
    assert BuildOptions(unit_tests=True).arguments() == ["build"]
    assert BuildOptions().is_full


def test_all_options_become_arguments():
    options = BuildOptions(
        select=("marts", "int_runs+"),
        exclude=("tag:slow",),
        full_refresh=True,
        variables="{b: 2, a: x}",
        extra=("--fail-fast",),
    )
    assert options.arguments() == [
        *("build", "--select", "marts int_runs+", "--exclude", "tag:slow", "--full-refresh"),
        *NO_UNIT_TESTS,
        *("--vars", '{"a": "x", "b": 2}', "--fail-fast"),
    ]
    assert options.selection == "--select marts int_runs+ --exclude tag:slow --fail-fast"


@pytest.mark.parametrize(
    ("options", "is_full"),
    [
        (BuildOptions(full_refresh=True), True),
        (BuildOptions(variables="{a: 1}"), True),
        (BuildOptions(select=("marts",)), False),
        (BuildOptions(exclude=("marts",)), False),
        (BuildOptions(extra=("--empty",)), False),
    ],
    ids=["full refresh", "vars", "select", "exclude", "extra"],
)
def test_a_narrowed_build_is_not_full(options, is_full):
    assert options.is_full is is_full


@pytest.mark.parametrize("text", ["[1]", "word", "{a: [}"], ids=["list", "word", "broken"])
def test_vars_that_are_no_object_are_refused(text):
    with pytest.raises(BadInputError, match="no set of names and values"):
        BuildOptions(variables=text).arguments()


@pytest.mark.parametrize("argument", ["--target", "--target-path=x", "--profiles-dir"])
def test_what_is_decided_elsewhere_cannot_be_passed_on(argument):
    with pytest.raises(BadInputError, match=argument.partition("=")[0]):
        BuildOptions(extra=(argument,)).arguments()
