"""A build makes what a load touched, and what it leaves equals a build of everything."""

import json

import pytest

from generic_calls import write_calls
from orchestration import settings
from orchestration.cli.build_steps import BuildSteps
from orchestration.loading import load, unload
from orchestration.transformation.build import build
from orchestration.transformation.dbt import target_path
from orchestration.transformation.emptiness import empty_because
from orchestration.transformation.events import CALLS_PRICED, node_step
from orchestration.transformation.graph import graph_of
from orchestration.transformation.manifest import read_manifest
from orchestration.transformation.options import BuildOptions
from orchestration.transformation.tests_of_rows import passes_without_rows_of
from orchestration.warehouse.client import connect
from warehouses import Warehouse

OPTIONS = BuildOptions(variables="{sources: [cascade, generic]}")
SESSION = (
    '{"session_id": "s-1", "cascade_id": "plan", "status": "completed", "input_data": "{}",'
    ' "started_at": "2026-03-01T10:00:00Z", "completed_at": "2026-03-01T10:00:09Z"}\n'
)


class Shown:
    """Keeps what was shown last."""

    def line(self, text):
        """Show nothing."""

    def __call__(self, done, total):
        self.last = done, total


class Story:
    """A warehouse to which things happen, and what each build of it made."""

    def __init__(self, folder):
        self.warehouse = Warehouse(folder / "home", folder / "logs")
        self.warehouse.logs.mkdir(parents=True)
        self.events = []

    def load(self, path):
        with self.warehouse.selected():
            load([path])

    def command(self, sql):
        with self.warehouse.selected(), connect() as client:
            client.command(sql)

    def build(self, options=OPTIONS):
        """Return the names of the models and of the tests that a build made."""
        with self.warehouse.selected(OPTIONS.variables):
            self.events.clear()
            report = build(options, self.events.append)
        assert report.is_successful, report.errors or report.failed
        models = {node.name for node in report.nodes if node.kind in ("model", "seed")}
        return models, {node.name for node in report.nodes if node.is_test}

    def compiled(self, name):
        """Return the SQL that the last build of a model was compiled to."""
        with self.warehouse.selected(OPTIONS.variables):
            [path] = (target_path() / "compiled").rglob(f"{name}.sql")
        return path.read_text()


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Return a warehouse of generic calls, whose first build was cut off and gone on with."""
    story = Story(tmp_path_factory.mktemp("parts"))
    story.load(write_calls(story.warehouse.logs / "first.jsonl", range(12)))

    def cut_off(event):
        story.events.append(event)
        if event["info"]["name"] == CALLS_PRICED:
            raise KeyboardInterrupt

    with story.warehouse.selected(OPTIONS.variables), pytest.raises(KeyboardInterrupt):
        build(OPTIONS, cut_off)
    story.first_sight = story.events[-1]["info"]["msg"]
    story.built_at_first_sight = {step.name for step in _finished(story.events)}
    story.built_then, tests = story.build()
    assert {"fct_calls", "run_analytics"} <= story.built_then
    assert "stg_cascade__logs" in story.built_then | story.built_at_first_sight
    assert tests
    with story.warehouse.selected(OPTIONS.variables):
        results = json.loads((target_path() / "run_results.json").read_text())["results"]
        story.first_results = {result["unique_id"]: result for result in results}
        manifest = read_manifest()
        story.nodes, story.graph = manifest["nodes"], graph_of(manifest)
    return story


def _finished(events):
    return [step for event in events if (step := node_step(event)) and step.is_finished]


def test_costs_are_shown_before_anything_is_judged(story):
    """Twelve calls of a million input tokens each, of a model that takes 2.50 USD for them."""
    assert "int_calls" in story.built_at_first_sight
    graph = story.graph
    needed = {graph.nodes[name].name for name in graph.ancestors("model.tokenhouse.int_calls")}
    assert story.built_at_first_sight <= needed | {"int_calls"}
    lines = [line.split() for line in story.first_sight.splitlines()]
    assert ["2026-03-01", "12", "30.0000"] in lines
    assert ["gpt-4o", "12", "30.0000"] in lines


def test_what_was_built_before_costs_were_shown_is_not_built_again(story):
    """A build that is cut off when it has shown costs has remembered what it built until then."""
    assert {"int_calls", "int_calls__unioned"} <= story.built_at_first_sight
    assert not {"int_calls", "int_calls__unioned"} & story.built_then


def first_tests(story, *, has_run):
    """Return the tests of rows that passed in the first build, with their models and SQL."""
    for name, result in story.first_results.items():
        model = passes_without_rows_of(story.nodes[name])
        node = story.nodes.get(model)
        if node is None or node["config"]["materialized"] == "ephemeral":
            continue
        if (result["compiled_code"] is not None) == has_run:
            yield name, (node["schema"], node["alias"]), result


def test_tests_of_tables_without_rows_pass_without_being_run(story):
    passed = list(first_tests(story, has_run=False))
    assert len(passed) > 50
    with story.warehouse.selected(), connect() as client:
        for name, (database, table), result in passed:
            assert (result["status"], result["failures"]) == ("pass", 0), name
            assert client.command(f"select count() from {database}.{table}") == 0, name


def test_what_passes_without_rows_does_so_by_its_sql(story):
    """The names of these tests are written down; that they find nothing is shown by their SQL."""
    with story.warehouse.selected(), connect() as client:
        aggregates = {
            name
            for (name,) in client.query(
                "select lower(name) from system.functions where is_aggregate"
            ).result_rows
        }
    kinds = set()
    for name, table, result in first_tests(story, has_run=True):
        assert empty_because(result["compiled_code"], {table}, aggregates) == {table}, name
        kinds.add(story.nodes[name]["test_metadata"]["name"])
    assert {"unique", "unique_combination_of_columns", "expression_is_true"} <= kinds


def test_nothing_is_built_twice(story):
    assert story.build() == (set(), set())


def test_a_load_builds_what_it_touches_and_no_views(story):
    story.load(write_calls(story.warehouse.logs / "second.jsonl", range(12, 18)))
    models, tests = story.build()
    story.built_of_load = models
    assert {"int_calls", "fct_calls", "run_analytics"} <= models
    # The only model of staging that is a table is that of data issues.
    assert {name for name in models if name.startswith("stg_")} == {"stg_tokenhouse__data_issues"}
    assert not {name for name in tests if "stg_cascade" in name}
    # Nothing came of cascade: its views are not even planned.
    for entity in ("calls", "runs"):
        union = story.compiled(f"int_{entity}__unioned")
        assert f"int_{entity}__generic" in union
        assert "cascade" not in union
    # The new calls belong to no experiment: the tables of experiments stay as they were.
    assert not {"dim_experiments", "mart_model_advice"} & models
    # Without conversations there are no evaluations of them, whatever runs there are; nor judges.
    assert {"fct_conversations", "fct_evaluations", "int_judge_pairs"}.isdisjoint(models)
    assert not {name for name in tests if name.startswith("unique_fct_evaluations")}
    # What is left out is not waited for: the last step is the last of all.
    steps = BuildSteps(shown := Shown())
    for event in story.events:
        steps(event)
    assert shown.last == (len(models) + len(tests), len(models) + len(tests))


def declarations(warehouse):
    """Return how every table and view is declared, comments included."""
    with warehouse.selected(OPTIONS.variables), connect() as client:
        rows = client.query(
            "select database, name, replaceRegexpAll(create_table_query, 'UUID \\'[^\\']*\\'', '')"
            " from system.tables where database in {layers:Array(String)} order by all",
            parameters={"layers": [settings.database(name) for name in settings.built_layers()]},
        ).result_rows
    return {(database, name): declaration for database, name, declaration in rows}


def test_a_table_that_is_made_again_keeps_its_declaration(story):
    """What is copied from the former table is what dbt would have declared."""
    assert {"fct_calls", "int_runs", "baseline_runs"} <= story.built_of_load
    kept = declarations(story.warehouse)
    assert "COMMENT" in kept[settings.database("marts"), "fct_calls"]
    models, _ = story.build(BuildOptions(variables=OPTIONS.variables, everything=True))
    assert story.built_then < models
    assert {"fct_calls", "int_runs", "baseline_runs", "stg_cascade__logs"} <= models
    assert declarations(story.warehouse) == kept


def test_what_somebody_else_wrote_is_built_again(story):
    story.command("truncate table marts.daily_costs")
    story.command("drop table marts.dim_models")
    models, _ = story.build()
    assert models == {"daily_costs", "dim_models"}


def test_a_selection_means_what_it_says(story):
    models, _ = story.build(BuildOptions(select=("fct_calls",), variables=OPTIONS.variables))
    assert models == {"fct_calls"}
    assert story.build()[0] == set()


def test_unloading_and_everything_that_happened_leave_what_a_full_build_makes(story, tmp_path):
    story.load(story.warehouse.logs / "first.jsonl")
    path = story.warehouse.logs / "cascade_sessions.jsonl"
    path.write_text(SESSION)
    story.load(path)
    story.build()
    assert "int_runs__generic" not in story.compiled("int_runs__unioned")
    with story.warehouse.selected():
        unload([story.warehouse.logs / "second.jsonl"])
    models, _ = story.build()
    assert "int_calls" in models
    (story.warehouse.logs / "second.jsonl").unlink()
    fresh = Warehouse(tmp_path / "home", story.warehouse.logs)
    fresh.load()
    fresh.build("--vars", OPTIONS.variables, is_plain=True)
    # The layers before name the loads that the rows came by.
    built = settings.built_layers()
    layers = [settings.database(layer) for layer in built[built.index("baselines") :]]
    assert story.warehouse.contents(*layers) == fresh.contents(*layers)
    assert declarations(story.warehouse) == declarations(fresh)
