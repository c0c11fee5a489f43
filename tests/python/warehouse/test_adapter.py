"""The embedded dbt adapter, through the real dbt command."""

import signal
import sys
import time

from orchestration.warehouse.client import connect
from orchestration.warehouse.leftovers import drop_leftovers

SLOW_MODEL = """
{{ config(materialized='table', order_by='total') }}
select sum(cityHash64(number)) as total from numbers(100000000000)
"""


def test_builds_every_kind_of_model_with_four_threads(tiny_project):
    first = tiny_project.dbt("build", "--threads", "4")
    assert first.returncode == 0, first.stdout
    assert "PASS counts_by_remainder" in first.stdout.replace("remainders::", "")
    assert "PASS=6 WARN=0 ERROR=0" in first.stdout
    second = tiny_project.dbt("build", "--threads", "4")
    assert second.returncode == 0, second.stdout
    with connect() as client:
        query = "select pass, count() from raw.remembered group by pass order by pass"
        assert client.query(query).result_rows == [(0, 90), (1, 10)]
        assert client.command("select sum(numbers) from raw.remainders") == 100


def test_a_relative_path_is_taken_from_the_project(tiny_project, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_HOME", "here")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = tiny_project.dbt("run", "--select", "numbers_made", cwd=elsewhere)
    assert result.returncode == 0, result.stdout
    assert (tiny_project.path / "here" / "clickhouse").is_dir()
    assert not (elsewhere / "here").exists()
    debug = tiny_project.dbt("debug", cwd=elsewhere)
    assert "Connection test: [OK" in debug.stdout
    assert not (elsewhere / "here").exists()


def test_a_contract_is_checked_against_the_query(tiny_project):
    """Also types that the engine writes in several lines."""
    model = """
models:
  - name: numbers_made
    config: {{contract: {{enforced: true}}}}
    columns:
      - {{name: id, data_type: UInt64}}
      - {{name: pair, data_type: 'Tuple(`left` UInt8, `right` Tuple(low {low}, high UInt8))'}}
"""
    models = tiny_project.path / "models"
    (models / "numbers_made.sql").write_text(
        "{{ config(materialized='table', order_by='id') }} select number as id, cast((1, (2, 3)),"
        " 'Tuple(left UInt8, right Tuple(low UInt16, high UInt8))') as pair from numbers(3)"
    )
    (models / "schema.yml").write_text(model.format(low="UInt16"))
    kept = tiny_project.dbt("build", "--select", "numbers_made")
    assert kept.returncode == 0, kept.stdout
    (models / "schema.yml").write_text(model.format(low="UInt32"))
    broken = tiny_project.dbt("build", "--select", "numbers_made")
    assert "This model has an enforced contract that failed" in broken.stdout


def test_a_busy_directory_is_one_sentence(tiny_project, start, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_LOCK_TIMEOUT_SECONDS", "0.5")
    code = (
        "import time\nfrom orchestration.warehouse.client import connect\n"
        "with connect():\n    print('open', flush=True)\n    time.sleep(60)\n"
    )
    holder = start(sys.executable, "-c", code)
    assert holder.stdout.readline() == "open\n"
    result = tiny_project.dbt("build")
    assert result.returncode == 2
    assert f"is in use by process {holder.pid} (" in result.stdout
    assert "Traceback" not in result.stdout
    assert result.stdout.count("is in use by") == 1


def test_ctrl_c_stops_the_running_model(tiny_project, start):
    (tiny_project.path / "models" / "slow.sql").write_text(SLOW_MODEL)
    process = start(*tiny_project.command("run", "--select", "slow"))
    for line in process.stdout:
        if "START sql table model" in line:
            break
    time.sleep(1)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert time.monotonic() - begun < 10
    assert "keyboard interrupt" in output
    with connect() as client:
        assert client.command("select 1") == 1


def test_what_a_killed_run_left_is_dropped_by_the_next(tiny_project):
    leftovers = (
        "numbers_made__dbt_new_data_1f0c2a3e_0000_4000_8000_0123456789ab",
        "__dbt_exchange_test_0_1f0c2a3e000040008000",
        "numbers_made__dbt_tmp",
        "numbers_made__dbt_backup",
    )
    kept = ("gone__dbt_backup", "my__dbt_tmp_table")
    with connect() as client:
        client.command("create database if not exists raw")
        for name in ("numbers_made", *leftovers, *kept):
            client.command(f"create table raw.`{name}` (id UInt8) engine = MergeTree order by id")
        client.command("create view raw.seen__dbt_view_tmp as select 1")
    assert tiny_project.dbt("run", "--select", "numbers_made").returncode == 0
    with connect() as client:
        tables = client.query("select name from system.tables where database = 'raw'")
        assert {name for (name,) in tables.result_rows} == {"numbers_made", *kept}
        assert drop_leftovers(client) == []


def test_sqlglot_knows_the_dialect():
    import sqlglot

    import orchestration.warehouse.sql_dialect  # noqa: F401 - importing registers the dialect

    tree = sqlglot.parse_one("select argMax(a, b) from t final", dialect="chdb")
    assert tree.sql(dialect="chdb") == "SELECT argMax(a, b) FROM t FINAL"
