"""The ``server`` and ``cluster`` targets, over HTTP to a stand-in server."""

import pytest

from orchestration.warehouse.client import WarehouseUnreachableError, connect
from orchestration.warehouse.raw_tables import declared_tables, ensure_raw_tables, statements


def test_connect_reads_and_writes(server, home):
    with connect() as client:
        client.command(
            "create table default.t (id UInt64, word String) engine = MergeTree order by id"
        )
        client.insert(
            "default.t", [[n, f"w{n}"] for n in range(50_000)], column_names=["id", "word"]
        )
        assert client.query("select count(), max(word) from default.t").result_rows == [
            (50_000, "w9999")
        ]
        assert client.raw_query("select 1 as a", fmt="CSVWithNames") == b'"a"\n1\n'
    assert not home.exists(), "a server needs no data directory"


def test_dbt_builds_on_a_server(server, tiny_project):
    result = tiny_project.dbt("build")
    assert result.returncode == 0, result.stdout
    assert tiny_project.dbt("build").returncode == 0
    with connect() as client:
        query = "select pass, count() from default.remembered group by pass order by pass"
        assert client.query(query).result_rows == [(0, 90), (1, 10)]


def test_a_refused_login_is_one_sentence(server, monkeypatch):
    monkeypatch.setenv("CLICKHOUSE_PASSWORD", "wrong")
    with (
        pytest.raises(WarehouseUnreachableError, match="refuses user 'tester'") as caught,
        connect(),
    ):
        pass
    assert "wrong" not in str(caught.value), "a password is never repeated"


def test_an_absent_server_is_one_sentence(home, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_TARGET", "server")
    monkeypatch.setenv("CLICKHOUSE_HOST", "127.0.0.1")
    monkeypatch.setenv("CLICKHOUSE_PORT", "9")
    with (
        pytest.raises(
            WarehouseUnreachableError,
            match=r"No ClickHouse server answers at http://127\.0\.0\.1:9 \(Connection refused\)",
        ),
        connect(),
    ):
        pass


def test_a_cluster_gets_replicated_raw_tables_on_every_node(server, sources_project, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_TARGET", "cluster")
    monkeypatch.setenv("CLICKHOUSE_CLUSTER", "north")
    expected = statements(declared_tables(), cluster="north")
    assert all('on cluster "north"' in statement for statement in expected)
    result = sources_project.dbt("run-operation", "create_raw_tables")
    assert result.returncode == 0, result.stdout
    by_macro = "\n".join(server.statements())
    assert [statement for statement in expected if statement not in by_macro] == []
    with connect() as client:
        ensure_raw_tables(client)
        assert client.command("select count() from system.tables where database = 'raw'") > 0
