"""What commands loaded and built is shown in Dagster, once, with its time and its staleness."""

import json
import time

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver
from dagster._core.loader import LoadingContextForTest

from orchestration import journal
from orchestration.defs.journal import sensor
from orchestration.journal import Entry

LOG, VIEW, TABLE = (dg.AssetKey([layer, "calls"]) for layer in ("raw", "staging", "marts"))
AN_HOUR_AGO = time.time() - 3600


@dg.repository
def repository():
    """Three assets: a table of logs, a view on it, and a table made of that, with a test."""

    @dg.asset(key=LOG)
    def log():
        pass

    view = dg.AssetSpec(VIEW, deps=[LOG], metadata={"dagster_dbt/materialization_type": "view"})
    table = dg.AssetSpec(TABLE, deps=[VIEW], code_version="code")

    @dg.multi_asset(specs=[view, table], check_specs=[dg.AssetCheckSpec("adds_up", asset=TABLE)])
    def models():
        for key in (VIEW, TABLE):
            yield dg.MaterializeResult(key)
        yield dg.AssetCheckResult(asset_key=TABLE, check_name="adds_up", passed=True)

    return [log, models]


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def look(home, instance):
    """Evaluate the sensor with the cursor of the evaluation before."""
    cursor = None

    def evaluate(*, forgets=False):
        nonlocal cursor
        context = dg.build_sensor_context(
            instance=instance, cursor=None if forgets else cursor, repository_def=repository
        )
        result = sensor.command_line(context)
        if isinstance(result, dg.SensorResult):
            cursor = result.cursor
        return result

    return evaluate


def built(key, version, *, is_changed=True, **more):
    return Entry(asset=list(key.path), version=version, is_changed=is_changed, code="code", **more)


def whole_build(version="1"):
    journal.write(
        [
            built(LOG, version, by="tokenhouse load", facts={"rows_loaded": 3}),
            built(VIEW, version),
            built(TABLE, version, at=AN_HOUR_AGO, seconds=1.5, rows=7, by="tokenhouse build"),
            Entry(check="adds_up", passed=False, facts={"failed_rows": 2}),
        ]
    )


def materializations(instance, key):
    return instance.fetch_materializations(key, limit=100).records


def stale(instance):
    graph = repository.asset_graph
    resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
    return {key for key in (LOG, VIEW, TABLE) if resolver.get_status(key).value == "STALE"}


def test_a_build_is_shown_with_its_rows_time_and_command(instance, look):
    whole_build()
    look()
    (record,) = materializations(instance, TABLE)
    metadata = record.asset_materialization.metadata
    assert metadata["dagster/row_count"].value == 7
    assert metadata["built_by"].value == "tokenhouse build"
    assert metadata["seconds"].value == 1.5
    assert record.timestamp == pytest.approx(AN_HOUR_AGO)
    (loaded,) = materializations(instance, LOG)
    assert loaded.asset_materialization.metadata["rows_loaded"].value == 3


def test_a_materialization_says_what_changed(instance, look):
    whole_build()
    look()
    journal.write([built(LOG, "2"), built(TABLE, "2", rows=10)])
    look()
    journal.write([built(TABLE, "2", rows=10, is_changed=False)])
    look()
    last, before, first = materializations(instance, TABLE)
    assert "changes" not in first.asset_materialization.metadata
    rows = before.asset_materialization.metadata["changes"].value.splitlines()[2:]
    assert rows == [
        "| rows | 7 | 10 | +3 |",
        "| contents |  |  | changed |",
        "| input staging/calls |  |  | changed |",
    ]
    rows = last.asset_materialization.metadata["changes"].value.splitlines()[2:]
    assert rows == ["| rows | 10 | 10 | +0 |", "| contents |  |  | the same |"]


def test_a_failed_test_is_a_failed_check(instance, look):
    whole_build()
    look()
    key = dg.AssetCheckKey(TABLE, "adds_up")
    (found,) = instance.event_log_storage.get_asset_check_execution_history(key, limit=5)
    assert found.status.value == "FAILED"
    assert found.evaluation.metadata["failed_rows"].value == 2


def test_a_build_is_looked_at_once_and_a_load_is_not(look):
    whole_build()
    (request,) = look().run_requests
    assert isinstance(look(), dg.SkipReason)
    assert look(forgets=True).run_requests[0].run_key == request.run_key
    journal.write([built(LOG, "2")])
    assert not look().run_requests


def test_nothing_is_stale_after_a_build(instance, look):
    whole_build()
    look()
    assert stale(instance) == set()


def test_a_table_is_stale_after_a_load_until_it_is_built(instance, look):
    """The view shows the new rows at once; the table does when it is built again."""
    whole_build()
    look()
    journal.write([built(LOG, "2")])
    look()
    assert stale(instance) == {TABLE}
    journal.write([built(TABLE, "2")])
    look()
    assert stale(instance) == set()


def test_a_load_and_a_build_are_imported_in_one_go(instance, look):
    whole_build()
    look()
    journal.write([built(LOG, "2")])
    journal.write([built(TABLE, "2")])
    look()
    assert stale(instance) == set()


def test_other_code_is_stale(instance, look):
    whole_build()
    journal.write([Entry(asset=list(TABLE.path), version="2", code="older code")])
    look()
    assert stale(instance) == {TABLE}


def test_the_same_rows_keep_the_version_that_dagster_gave(instance, look):
    """Whoever built it: what reads a table whose rows are the same is not stale."""
    jobs = dg.materialize(
        list({id(one): one for one in repository.assets_defs_by_key.values()}.values()),
        instance=instance,
    )
    assert jobs.success
    journal.write([built(LOG, "2", is_changed=False)])
    look()
    assert stale(instance) == set()
    assert len(materializations(instance, LOG)) == 2


def test_a_file_is_imported_once(instance, look):
    whole_build()
    look()
    assert isinstance(look(), dg.SkipReason)
    look(forgets=True)
    assert len(materializations(instance, TABLE)) == 1


def test_a_file_that_appears_late_is_imported_too(instance, look):
    """Two commands may end at once: the one that began first may write last."""
    whole_build()
    look()
    (first,) = journal.folder().iterdir()
    journal.write([built(TABLE, "2")])
    (later,) = set(journal.folder().iterdir()) - {first}
    later.rename(later.with_name(f"0{later.name}"))
    look()
    assert len(materializations(instance, TABLE)) == 2


def test_a_file_that_reappears_is_not_imported_again(instance, look):
    whole_build()
    look()
    (path,) = journal.folder().iterdir()
    text = path.read_text()
    path.unlink()
    journal.write([built(LOG, "2")])
    look()
    path.write_text(text)
    look()
    assert len(materializations(instance, TABLE)) == 1


def test_a_long_import_goes_on_where_it_stopped(instance, look, monkeypatch):
    monkeypatch.setattr(sensor, "_SECONDS", -1.0)
    whole_build()
    result = look()
    assert not materializations(instance, TABLE)
    assert list(json.loads(result.cursor)["begun"].values()) == [0]
    monkeypatch.setattr(sensor, "_SECONDS", 30.0)
    look()
    assert len(materializations(instance, TABLE)) == 1


def test_rows_of_an_older_load_are_its_first_materialization(instance, look):
    journal.write([Entry(asset=list(LOG.path), rows=5)])
    journal.write([Entry(asset=list(LOG.path), rows=6)])
    look()
    (record,) = materializations(instance, LOG)
    assert record.asset_materialization.metadata["dagster/row_count"].value == 5
    (observed,) = instance.fetch_observations(LOG, limit=5).records
    assert observed.asset_observation.metadata["dagster/row_count"].value == 6


def test_what_the_project_no_longer_has_is_left_out(instance, look):
    journal.write([Entry(asset=["marts", "gone"], version="1"), Entry(check="gone")])
    assert isinstance(look(), dg.SensorResult)
