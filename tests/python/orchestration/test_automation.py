"""Conditions, backfills and pools, without a daemon."""

import contextlib
import os
from datetime import UTC, datetime

import dagster as dg
import pytest

from generic_calls import write_calls
from orchestration import settings
from orchestration.defs.automation import in_place
from orchestration.defs.exporting.daily import DAILY_BILLS, DAYS, daily_bills
from orchestration.defs.policies import pool_of
from orchestration.exporting.series import Export
from orchestration.loading import load
from orchestration.loading.backlog import newest_first, not_loaded
from orchestration.loading.in_place import table_states, tables_in_place
from orchestration.warehouse.client import connect


def test_history_is_filled_up_newest_first(home, tmp_path):
    """R042: what is not analysed yet, the newest first, so many at a time."""
    logs = tmp_path / "logs"
    logs.mkdir()
    paths = [write_calls(logs / f"{day}.jsonl", [day]) for day in range(5)]
    for day, path in enumerate(paths):
        os.utime(path, (1_700_000_000 + day, 1_700_000_000 + day))
    assert newest_first(not_loaded([logs])) == [str(path) for path in reversed(paths)]
    load(paths[3:])
    assert newest_first(not_loaded([logs])) == [str(path) for path in reversed(paths[:3])]


def test_a_file_that_grew_waits_and_one_that_failed_does_not(home, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    grown = write_calls(logs / "grown.jsonl", [1])
    failed = logs / "failed.jsonl"
    failed.write_text("no log\n")
    load([grown, failed])
    write_calls(grown, [1, 2])
    assert newest_first(not_loaded([logs])) == [str(grown)]


def test_nothing_landed_is_nothing_waiting(home):
    assert not_loaded([]) == []


@pytest.fixture
def bills(monkeypatch, home):
    """Give two days with charges, and count how often the warehouse is opened."""
    opened = []

    @contextlib.contextmanager
    def reading():
        opened.append(1)
        yield type("Reading", (), {"client": None})()

    def export(client, name, kind, series):
        assert series.start == series.end
        rows = {"2026-01-01": 2, "2026-01-03": 1}.get(str(series.start), 0)
        return Export(f"{series.start}\n".encode() * rows, rows)

    monkeypatch.setattr("orchestration.warehouse.reading.connect_to_read", reading)
    monkeypatch.setattr("orchestration.exporting.export", export)
    return opened


def test_a_backfill_of_days_is_one_run(bills):
    days = dg.PartitionKeyRange("2026-01-01", "2026-01-03")
    tags = {
        "dagster/asset_partition_range_start": days.start,
        "dagster/asset_partition_range_end": days.end,
    }
    gone = settings.home() / "bills" / "2026-01-02.csv"
    gone.parent.mkdir(parents=True)
    gone.write_text("written before its calls were unloaded")
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([daily_bills], instance=instance, tags=tags)
        assert result.success
        done = instance.get_materialized_partitions(DAILY_BILLS)
    assert done == {"2026-01-01", "2026-01-02", "2026-01-03"}
    written = sorted(path.name for path in gone.parent.iterdir())
    assert written == ["2026-01-01.csv", "2026-01-03.csv"]
    assert (gone.parent / "2026-01-01.csv").read_text() == "2026-01-01\n2026-01-01\n"
    assert len(bills) == 1


def test_bills_of_yesterday_are_written_after_the_daily_build():
    """Not before the mart is built after the hour, and not twice."""
    key = dg.AssetKey(["marts", "focus_cost_and_usage"])

    @dg.asset(key=key)
    def mart():
        pass

    definitions = dg.Definitions(assets=[mart, daily_bills])
    with dg.DagsterInstance.ephemeral() as instance:
        cursor, requested = None, []
        for hour, minute, is_built in ((2, 0, True), (2, 31, False), (2, 45, True), (9, 0, True)):
            if is_built:
                instance.report_runless_asset_event(dg.AssetMaterialization(key))
            at = datetime(2026, 3, 5, hour, minute, tzinfo=UTC)
            result = dg.evaluate_automation_conditions(
                definitions, instance, evaluation_time=at, cursor=cursor
            )
            cursor = result.cursor
            requested.append(result.get_requested_partitions(DAILY_BILLS))
    assert requested == [set(), set(), {"2026-03-04"}, set()]


def test_days_are_utc_days():
    assert DAYS.timezone == "UTC"


@pytest.mark.parametrize(
    ("target", "pools"),
    [("embedded", 1), ("server", 3), ("cluster", 3)],
)
def test_one_writer_on_the_embedded_target_and_several_on_a_server(monkeypatch, target, pools):
    monkeypatch.setenv("TOKENHOUSE_TARGET", target)
    assert len({pool_of(work) for work in ("loading", "models", "forecasts")}) == pools


def test_whatever_writes_to_the_warehouse_is_in_the_pool(definitions):
    pools = {}
    for assets in definitions.resolve_all_asset_specs() and definitions.assets:
        if isinstance(assets, dg.AssetsDefinition) and assets.is_executable:
            pools[assets.op.name] = assets.op.pool
    writers = {"load_logs", "dbt_models", "dbt_forecast_models", "forecast_daily_series"}
    assert {name for name, pool in pools.items() if pool == "embedded_warehouse"} == writers


def test_tables_read_in_place():
    names = {"traces": "traces", "scores": "", "observations": "observations"}
    variables = {
        "otel_traces_table": "otel.otel_traces",
        "langfuse_database": "langfuse",
        "langfuse_tables": names,
    }
    assert tables_in_place(variables) == [
        ("langfuse", "observations"),
        ("langfuse", "traces"),
        ("otel", "otel_traces"),
    ]
    assert tables_in_place({"otel_traces_table": "", "langfuse_database": ""}) == []


def test_the_state_of_a_table_changes_with_inserts_only(home):
    with connect() as client:
        client.command("create database theirs")
        client.command("create table theirs.traces (n UInt8) engine MergeTree order by n")
        states = []
        for statement in (
            "insert into theirs.traces values (1)",
            "insert into theirs.traces values (2)",
            "optimize table theirs.traces final",
        ):
            client.command(statement)
            states.append(table_states(client, [("theirs", "traces"), ("theirs", "gone")]))
    assert states[0] != states[1] == states[2]


def test_runs_that_ended_on_a_server_are_built_once_at_rest(monkeypatch):
    """A look while others write asks for nothing; after a restart nothing is asked for again."""
    monkeypatch.setenv("TOKENHOUSE_TARGET", "server")
    monkeypatch.setattr(in_place, "tables_in_place", lambda variables: [("otel", "traces")])
    monkeypatch.setattr(in_place, "connect", contextlib.nullcontext)
    states = iter([1, 2, 2, 2, 3, 3])
    monkeypatch.setattr(in_place, "table_states", lambda client, tables: [next(states)])
    cursor, requested = None, []
    for _ in range(6):
        result = in_place.server_tables(dg.build_sensor_context(cursor=cursor))
        cursor = result.cursor
        requested.append(len(result.run_requests))
    assert requested == [0, 0, 1, 0, 0, 1]


def test_the_embedded_target_reads_nothing_in_place():
    assert isinstance(in_place.server_tables(dg.build_sensor_context()), dg.SkipReason)
