"""``tokenhouse doctor``: output and exit codes."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from orchestration.cli.doctor import doctor
from orchestration.reporting import health
from orchestration.reporting.health import loaded_sources, stale_sources
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import ensure_raw_tables

COLUMNS = ["load_id", "source", "entity", "source_file", "status", "loaded_rows", "rejected_rows"]


def report():
    result = CliRunner().invoke(doctor, ["--format", "json"])
    return result.exit_code, json.loads(result.stdout)


def ledger(client, *loads):
    """Write loads of (file, status, rows, rejected, hours ago)."""
    ensure_raw_tables(client)
    now = datetime.now(UTC)
    rows = [
        [
            *(uuid.uuid4(), "claude_code", "claude_code_lines", file, status, rows, rejected),
            now - timedelta(hours=hours),
        ]
        for file, status, rows, rejected, hours in loads
    ]
    client.insert("raw.loads", rows, column_names=[*COLUMNS, "recorded_at"])


def test_an_empty_warehouse_is_healthy(home):
    code, found = report()
    assert code == 0
    assert found["is_connected"]
    assert found["target"] == "embedded"
    assert found["data_directory"] == str(home / "clickhouse")
    assert found["versions"]["chdb"]
    assert (found["loaded"], found["built"], found["has_unbuilt_loads"]) == ([], [], False)
    text = CliRunner().invoke(doctor, []).stdout
    assert "Nothing is loaded yet" in text
    assert "connection\tworks" in text


def test_a_server_that_is_too_old_is_a_problem(home, monkeypatch):
    monkeypatch.setattr(health, "OLDEST_CLICKHOUSE", (99, 1))
    code, found = report()
    assert code == 1
    assert found["is_connected"]
    assert found["problem"].endswith("upgrade the server to 99.1 or later, which the models need.")
    assert found["problem"] in CliRunner().invoke(doctor, []).stdout


def test_the_ledger_is_summed_up_per_source(home):
    with connect() as client:
        ledger(
            client, ("a", "loaded", 10, 1, 2), ("b", "loaded", 5, 0, 1), ("c", "failed", 0, 0, 0)
        )
        (row,) = loaded_sources(client)
    assert row["source"] == "claude_code"
    assert [row[name] for name in ("files", "rows", "rejected_rows", "failed_files")] == [
        2,
        15,
        1,
        1,
    ]
    assert timedelta(minutes=59) < datetime.now(UTC) - row["last_loaded_at"] < timedelta(minutes=61)


def test_loads_newer_than_the_marts_are_reported(home):
    with connect() as client:
        ledger(client, ("a", "loaded", 10, 0, 1))
    assert report()[1]["has_unbuilt_loads"]
    with connect() as client:
        client.command("create database marts")
        client.command("create table marts.m (a UInt8) engine = MergeTree order by a as select 1")
    found = report()[1]
    assert not found["has_unbuilt_loads"]
    assert [(row["layer"], row["tables"], row["rows"]) for row in found["built"]] == [
        ("marts", 1, 1)
    ]


@pytest.mark.parametrize(("hours", "is_stale"), [(35, False), (37, True)])
def test_a_source_is_stale_after_its_declared_freshness(home, hours, is_stale):
    with connect() as client:
        ledger(client, ("a", "loaded", 10, 0, hours))
        sentences = stale_sources(client)
    assert bool(sentences) == is_stale
    assert all(f"last loaded {hours} hours ago" in sentence for sentence in sentences)


def test_a_server_that_is_not_there_exits_with_one(home, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_TARGET", "server")
    monkeypatch.setenv("CLICKHOUSE_HOST", "127.0.0.1")
    monkeypatch.setenv("CLICKHOUSE_PORT", "9")
    result = CliRunner().invoke(doctor, [])
    assert result.exit_code == 1
    assert "connection\tFAILS: No ClickHouse server answers" in result.stdout


def test_a_wrong_target_exits_with_one(home, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_TARGET", "moon")
    code, found = report()
    assert code == 1
    assert "TOKENHOUSE_TARGET" in found["problem"]
