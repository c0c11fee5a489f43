"""Options of a build become dbt arguments."""

from importlib import import_module

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.errors import BadInputError
from orchestration.transformation.options import BuildOptions

# By its name: the package's attribute of that name is the command.
build_command = import_module("orchestration.cli.build")
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
        *("build", "--select", "marts int_runs+"),
        *("--exclude", "tag:slow tag:slow+1,resource_type:test"),
        *("--indirect-selection", "buildable", "--full-refresh"),
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
    with pytest.raises(BadInputError, match="not a mapping of names to values"):
        BuildOptions(variables=text).arguments()


@pytest.mark.parametrize("argument", ["--target", "--target-path=x", "--profiles-dir"])
def test_what_is_decided_elsewhere_cannot_be_passed_on(argument):
    with pytest.raises(BadInputError, match=argument.partition("=")[0]):
        BuildOptions(extra=(argument,)).arguments()


@pytest.mark.parametrize(
    ("excluded", "passed_on"),
    [
        ("a", "a a+1,resource_type:test"),
        ("+a", "+a a+1,resource_type:test"),
        ("@path:models/marts", "@path:models/marts path:models/marts+1,resource_type:test"),
        ("2+a", "2+a a+1,resource_type:test"),
        ("a+", "a+"),
        ("a+2", "a+2"),
        ("a,tag:b", "a,tag:b"),
    ],
)
def test_tests_of_what_is_left_out_are_left_out(excluded, passed_on):
    arguments = BuildOptions(select=("marts",), exclude=(excluded,)).arguments()
    assert arguments[arguments.index("--exclude") + 1] == passed_on


def test_without_a_selection_dbt_excludes_tests_by_itself():
    arguments = BuildOptions(exclude=("a",)).arguments()
    assert arguments[arguments.index("--exclude") + 1] == "a"
    assert "--indirect-selection" not in arguments


@pytest.mark.parametrize(
    ("typed", "select", "exclude", "others"),
    [
        (["--select", "a", "b"], ("a", "b"), (), 0),
        (["-s", "a", "b", "--exclude", "c", "d", "-v"], ("a", "b"), ("c", "d"), 0),
        (["--select=a", "b", "--select", "c"], ("a", "b", "c"), (), 0),
        (["--select", "a b"], ("a b",), (), 0),
        (["--vars", "{x: 1}", "--select", "+a"], ("+a",), (), 0),
        (["--select", "a", "--", "--fail-fast", "--threads", "1"], ("a",), (), 3),
    ],
)
def test_selectors_are_typed_as_dbt_takes_them(monkeypatch, typed, select, exclude, others):
    built = []
    monkeypatch.setattr(build_command, "build_and_print", lambda o, verbose: built.append(o) or 1)
    result = CliRunner().invoke(main, ["build", *typed])
    assert result.exit_code == 0, result.output
    assert (built[0].select, built[0].exclude) == (select, exclude)
    assert len(built[0].extra) == others


def test_a_name_without_its_option_is_explained():
    result = CliRunner().invoke(main, ["build", "fct_calls"])
    assert result.exit_code == 2
    assert "--select fct_calls" in result.output
