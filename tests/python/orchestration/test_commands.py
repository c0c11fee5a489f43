"""``tokenhouse run``, ``build`` and the Dagster job on a tiny set of logs: the same numbers."""

import re

import dagster as dg
import pytest
from click.testing import CliRunner

from generic_calls import write_calls
from orchestration.cli import main
from orchestration.warehouse.client import connect


def tokenhouse(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def ask(sql):
    with connect() as client:
        return client.query(sql).result_rows


@pytest.fixture
def one_home(tmp_path_factory, monkeypatch):
    """Share one home between the steps, each of which needs a build."""
    home = tmp_path_factory.getbasetemp() / "story"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("TOKENHOUSE_HOME", str(home / "home"))
    return home


def test_run_loads_builds_and_prints_a_summary(one_home):
    logs = one_home / "logs"
    logs.mkdir()
    write_calls(logs / "calls.jsonl", range(8))
    result = tokenhouse("run", logs)
    assert result.exit_code == 0, result.output
    assert re.search(r"\d+ models built, \d+ tests passed", result.output)
    assert re.search(r"calls +8\n", result.output)
    assert re.search(r"cost +20\.0000 USD", result.output)
    assert not re.search(r"next 30 days +\d", result.output)  # the one day with calls is not over
    assert "tokenhouse forecast --warehouse" in result.output
    assert re.search(r"gpt-4o +4 +8 +20\.0000 +100\.0%", result.output)


def test_a_selection_builds_on_an_empty_home(home):
    """Tests that also read what was not selected wait until that is built."""
    result = tokenhouse(
        *("build", "--select", "+fct_calls", "+dim_models"),
        *("--vars", "{sources: [generic]}"),
    )
    assert result.exit_code == 0, result.output
    assert re.search(r"[1-9]\d* models built, [1-9]\d* tests passed", result.output)


def test_a_refusal_of_dbt_is_shown(home):
    result = tokenhouse("build", "--", "--no-such-option")
    assert result.exit_code == 1
    assert "No such option" in result.output
    assert ".log" not in result.output


def test_run_again_builds_nothing_and_changes_nothing(one_home):
    before = ask("select * from marts.run_analytics order by run_id")
    result = tokenhouse("run", one_home / "logs")
    assert result.exit_code == 0, result.output
    assert "not built" in result.output
    assert ask("select * from marts.run_analytics order by run_id") == before


def test_a_failing_test_is_named_with_the_way_to_its_rows(one_home):
    with connect() as client:
        client.command("insert into marts.daily_costs select * from marts.daily_costs")
    result = tokenhouse("build", "--select", "resource_type:test,daily_costs")
    assert result.exit_code == 1
    assert re.search(r"failed: test \w+: \d+ rows", result.output)
    assert "see them: tokenhouse query - < " in result.output


def test_dagster_builds_the_same(one_home, tmp_path, monkeypatch, definitions):
    landed = one_home / "landing"
    landed.mkdir()
    monkeypatch.setenv("TOKENHOUSE_LANDING", str(landed))
    write_calls(one_home / "logs" / "calls.jsonl", range(8))
    before = ask("select * from marts.run_analytics order by run_id")
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        result = definitions.resolve_job_def("load_and_build").execute_in_process(
            instance=instance,
            run_config={"ops": {"load_logs": {"config": {"paths": [str(one_home / "logs")]}}}},
        )
        assert result.success
        observed = instance.fetch_observations(dg.AssetKey(["marts", "dim_models"]), limit=1)
    checks = result.get_asset_check_evaluations()
    assert checks
    assert all(check.passed for check in checks)
    models = ask("select count() from marts.dim_models")[0][0]
    assert observed.records[0].asset_observation.metadata["dagster/row_count"].value == models
    assert ask("select * from marts.run_analytics order by run_id") == before
    assert "not built" in tokenhouse("run", one_home / "logs").output
    # What Dagster built is current for the plan of every later build.
    assert "0 models built, 0 tests passed" in tokenhouse("build").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("build", "--vars", "[1]"), "not a mapping of names to values"),
        (("build", "--", "--target", "server"), "TOKENHOUSE_TARGET"),
        (("run", "nowhere"), "does not exist"),
    ],
    ids=["vars", "target", "path"],
)
def test_wrong_use_is_one_sentence(home, arguments, words):
    result = tokenhouse(*arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output
