"""``tokenhouse run``, ``build`` and the Dagster job on a tiny set of logs: the same numbers."""

import re

import dagster as dg
import pytest
from click.testing import CliRunner
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from control_room import control_room, page_of
from generic_calls import rested, write_calls
from orchestration.cli import main
from orchestration.cli.dagster import LINEAGE
from orchestration.defs.exporting.assets import EXPORTS
from orchestration.defs.journal.changes import last_tags
from orchestration.defs.policies import LAYERS, group_of
from orchestration.warehouse.client import connect
from parsing import shared_parse, target_name
from warehouses import session_folder

TABLES = [dg.AssetKey(["raw", name]) for name in ("loads", "generic_calls")]


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


def test_a_selection_builds_on_an_empty_home(home, tmp_path_factory, monkeypatch):
    """Tests that also read what was not selected wait until that is built."""
    variables = "{sources: [cascade, generic]}"
    # dbt keeps one parse per target path, and the next test needs that of the default vars.
    target = home.parent / target_name(variables)
    monkeypatch.setenv("DBT_TARGET_PATH", str(target))
    with shared_parse(target, session_folder(tmp_path_factory.getbasetemp()) / target.name):
        result = tokenhouse(
            *("build", "--select", "+fct_calls", "+dim_models"),
            *("--vars", variables),
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


def test_dagster_loads_the_same(one_home, tmp_path, monkeypatch, definitions):
    monkeypatch.setenv("TOKENHOUSE_LANDING", str(one_home / "landing"))
    versions = []
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        for _ in range(2):
            result = definitions.resolve_job_def("load_and_build").execute_in_process(
                instance=instance,
                asset_selection=TABLES,
                run_config={"ops": {"load_logs": {"config": {"paths": [str(one_home / "logs")]}}}},
            )
            assert result.success
            versions.append(
                {key: tags[DATA_VERSION_TAG] for key, tags in last_tags(instance, TABLES).items()}
            )
    [ledger] = [
        event.materialization
        for event in result.get_asset_materialization_events()
        if event.asset_key == TABLES[0]
    ]
    assert ledger.metadata["files_unchanged"].value == 1
    assert ledger.metadata["files_failed"].value == 0
    # Without new rows what reads the tables stays in sync.
    assert versions[0] == versions[1]


def test_a_run_of_the_landing_sensor_succeeds(one_home, monkeypatch, definitions):
    """What its export leaves in the directory is loaded by one more, which exports nothing.

    Dagster's own entries stay in memory: on disk, each of thousands is waited for. Those of the
    next test are on disk.
    """
    landing = one_home / "landing"
    landing.mkdir()
    monkeypatch.setenv("TOKENHOUSE_LANDING", str(landing))
    path = rested(write_calls(landing / "more.jsonl", range(20, 24), workflow_id="landed"))
    repository = definitions.get_repository_def()
    sensor = definitions.resolve_sensor_def("landing_directory")

    def asked(cursor):
        result = sensor(dg.build_sensor_context(cursor=cursor, repository_def=repository))
        [request] = result.run_requests
        paths = request.run_config["ops"]["load_logs"]["config"]["paths"]
        return request, paths, result.cursor

    request, paths, cursor = asked(None)
    assert paths == [str(path)]
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("load_and_build").execute_in_process(
            instance=instance,
            asset_selection=request.asset_selection,
            run_config=request.run_config,
        )
    assert result.success
    assert ask("select count() from marts.run_analytics where workflow_id = 'landed'") == [(2,)]
    left = {str(rested(entry)) for entry in landing.glob("exports/*.json")}
    request, paths, _ = asked(cursor)
    assert left == set(paths) != set()
    assert EXPORTS not in request.asset_selection


def test_the_page_of_dagster_shows_it_and_builds_the_same(one_home, monkeypatch):
    """In a browser: what commands built, with rows and pictures; then all of it from the page."""
    # Another directory than above, whose files the sensor would load again between the runs.
    monkeypatch.setenv("TOKENHOUSE_LANDING", str(one_home / "page_landing"))
    before = ask("select * from marts.run_analytics order by run_id")
    models = ask("select count() from marts.dim_models")[0][0]
    with control_room(one_home / "home") as room:
        room.open(page_of("marts", "run_analytics"))
        room.see("tokenhouse build")
        assert room.tab.get_by_text("Row count").first.is_visible()
        room.open(page_of("exports", "overview"))
        room.see("Show Markdown")
        assert room.pictures() > 0
        room.open(LINEAGE)
        room.see("14_delivery")
        shown = room.tab.get_by_text(re.compile(r"^\d\d_\w+$")).all_inner_texts()
        groups = [group_of(layer) for layer in LAYERS]
        in_order = [name for name in dict.fromkeys(shown) if name in groups]
        assert in_order == list(dict.fromkeys(groups)), "from logs to what people read"
        room.open("/locations/tokenhouse/jobs/load_and_build")
        room.press("Materialize all")
        run = room.succeeds("load_and_build")
    with dg.DagsterInstance.from_config(str(one_home / "home" / "dagster")) as instance:
        observed = instance.fetch_observations(dg.AssetKey(["marts", "dim_models"]), limit=1)
        checks = [
            record.event_log_entry.asset_check_evaluation
            for record in instance.get_records_for_run(
                run, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
            ).records
        ]
    assert checks
    assert all(check.passed for check in checks)
    shown = observed.records[0].asset_observation.metadata
    assert shown["dagster/row_count"].value == models
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
