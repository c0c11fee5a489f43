"""Real clients against the real server."""

import io
import json
import os
import shutil
import subprocess
import threading
from decimal import Decimal
from pathlib import Path

import clickhouse_connect
import pandas as pd
import pytest
import sqlalchemy as sa
from clickhouse_connect.driver.exceptions import DatabaseError

from programs import find_program
from serving.clients import mcp_python, node_modules
from serving.served import mart_columns

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def client(served):
    with clickhouse_connect.get_client(host="127.0.0.1", port=served.port) as opened:
        yield opened


@pytest.fixture(scope="module")
def database(served):
    engine = sa.create_engine(f"clickhousedb://default:@127.0.0.1:{served.port}/marts")
    yield engine
    engine.dispose()


def test_clickhouse_connect_reads_rows_frames_and_streams(client):
    rows = client.query("select id, usd, words, counts from types order by id limit 2")
    assert rows.result_rows[1] == (
        1,
        Decimal("12345678901234.123456789012"),
        ["a", "1"],
        {"k": 1, "l": 2},
    )
    assert client.query("select * from types").row_count == 50
    assert client.query_df("select id, at, maybe_category from types").shape == (50, 3)
    assert client.query_arrow("select id, word from types").num_rows == 50
    assert client.query("select id from types limit 0").column_names == ("id",)
    assert client.query("select * from types limit 0").result_rows == []
    with client.query_rows_stream("select number from numbers(200000)") as stream:
        assert sum(number for (number,) in stream) == 199_999 * 100_000
    assert client.raw_query("select 1 as a", fmt="CSVWithNames") == b'"a"\n1\n'
    assert client.command("select count() from types") == 50
    assert client.ping()


def test_clickhouse_connect_with_a_protocol_version(client):
    """It probes whether the server writes headers of blocks, and then asks for them."""
    assert client.protocol_version, "the probe did not find the header"
    result = client.query("select * except large from types order by id")
    assert result.row_count == 50
    assert result.first_item["maybe_category"] is None
    assert result.first_item["nested"] == [{"n": 0, "a b": ["0"]}]


def test_clickhouse_connect_binds_parameters_and_sets_settings(client):
    sql = "select id from types where word = {w:String} and id in {ids:Array(UInt64)}"
    result = client.query(sql, parameters={"w": "it's 3", "ids": [3]})
    assert result.result_rows == []
    assert client.query(sql, parameters={"w": "3", "ids": [3, 4]}).result_rows == [(3,)]
    settings = {"max_execution_time": 5, "join_use_nulls": 1, "max_result_rows": 10}
    assert client.query("select 1", settings=settings).result_rows == [(1,)]


def test_clickhouse_connect_gets_errors(client):
    with pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
        client.query("select * from nothing")
    with pytest.raises(DatabaseError, match="ACCESS_DENIED"):
        client.command("drop table types")
    with pytest.raises(DatabaseError, match="ACCESS_DENIED"):
        client.insert("types", [[1]], column_names=["id"])


def test_twenty_threads_of_clickhouse_connect(served):
    found = []

    def ask():
        with clickhouse_connect.get_client(host="127.0.0.1", port=served.port) as one:
            found.extend(one.query("select count() from types").first_row[0] for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [50] * 100


def test_sqlalchemy_reflects_every_mart(database):
    inspector = sa.inspect(database)
    assert {"marts", "reference"} <= set(inspector.get_schema_names())
    marts = mart_columns()
    assert marts.keys() <= set(inspector.get_table_names(schema="marts"))
    for mart, columns in marts.items():
        found = [column["name"] for column in inspector.get_columns(mart, schema="marts")]
        assert found == [name for name, _ in columns], mart
    assert inspector.get_table_comment("run_analytics", schema="marts")["text"]


def test_sqlalchemy_selects(database):
    types = sa.Table("types", sa.MetaData(), autoload_with=database, schema="marts")
    query = (
        sa.select(types.c.category, sa.func.count().label("n"))
        .where(types.c.id < 10)
        .group_by(types.c.category)
        .order_by(types.c.category)
        .limit(3)
    )
    with database.connect() as connection:
        assert connection.execute(query).all() == [("0", 2), ("1", 2), ("2", 2)]
        assert connection.execute(sa.text("select count() from run_analytics")).scalar() == 50
        frame = pd.read_sql("select id, word from types order by id", connection)
    assert frame.shape == (50, 2)


def test_superset_wraps_queries_and_reads_nothing_of_them(database):
    """It asks for the columns of a query with LIMIT 0, and for rows in a subquery."""
    with database.connect() as connection:
        result = connection.execute(sa.text("SELECT * FROM (select * from types) AS q LIMIT 0"))
        assert "usd" in list(result.keys())


def test_pandas_reads_a_link(served):
    link = f"{served.url}/?query=select+id,word+from+types+order+by+id&default_format=CSVWithNames"
    assert pd.read_csv(link).shape == (50, 2)
    answer = served.ask("select id, usd, at from types format Parquet")
    assert pd.read_parquet(io.BytesIO(answer.content)).shape == (50, 3)


def test_curl(served):
    curl = find_program("curl", install="apt-get install curl")
    base = [curl, "--silent", "--fail-with-body"]
    one = _run([*base, f"{served.url}/?query=select+1"])
    assert one.stdout == "1\n"
    body = _run([*base, "--data-binary", "select count() from types", served.url])
    assert body.stdout == "50\n"
    packed = _run(
        [*base, "--compressed", f"{served.url}/?enable_http_compression=1", "-d", "select 'a'"]
    )
    assert packed.stdout == "a\n"
    refused = _run([*base, served.url, "-d", "select file('/etc/hostname')"])
    assert refused.returncode == 22
    assert "ACCESS_DENIED" in refused.stdout


def test_the_node_client(served):
    modules = node_modules()
    script = modules.parent / "ask.mjs"
    shutil.copy(HERE / "ask_node.mjs", script)
    done = _run(["node", script, served.url])
    assert done.returncode == 0, done.stderr[-2000:]
    got = json.loads(done.stdout)
    assert got["ping"] and got["ping_select"]
    assert [row["word"] for row in got["rows"]] == ["0", "1", "2"]
    assert got["streamed"] == 100_000
    assert got["error"] == {"code": "497", "type": "ACCESS_DENIED"}
    assert got["database"] == "reference"


def test_agents_ask_through_mcp(served):
    python = mcp_python()
    address = {
        "CLICKHOUSE_HOST": "127.0.0.1",
        "CLICKHOUSE_PORT": str(served.port),
        "CLICKHOUSE_USER": "default",
        "CLICKHOUSE_PASSWORD": "",
        "CLICKHOUSE_SECURE": "false",
    }
    done = _run([python, HERE / "ask_mcp.py"], env={**os.environ, **address})
    assert done.returncode == 0, done.stderr[-2000:]
    got = json.loads(done.stdout)
    assert "marts" in got["databases"]
    assert "raw" not in got["databases"]
    assert "run_analytics" in got["tables"]
    assert "Rows of" in got["tables"], "comments of tables are descriptions"
    assert '"word"' in got["rows"]
    assert "hostname" not in got["refused"].replace("/etc/hostname", "")
    assert "not allowed" in got["refused"]


def _run(command, **options):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, **options
    )
