"""The raw tables: one declaration, the same tables from Python and from dbt."""

import pytest

from orchestration.errors import BadInputError
from orchestration.warehouse.client import connect
from orchestration.warehouse.raw_tables import declared_tables, ensure_raw_tables


def created_tables():
    with connect() as client:
        names = client.query(
            "select database, name from system.tables "
            "where database in ('raw', 'demo', 'ml', 'th_raw')"
        ).result_rows
        return {name: client.command(f"show create table {'.'.join(name)}") for name in names}


def test_python_and_dbt_create_the_same_tables(sources_project, tmp_path, monkeypatch):
    result = sources_project.dbt("run-operation", "create_raw_tables")
    assert result.returncode == 0, result.stdout
    by_dbt = created_tables()
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "other"))
    with connect() as client:
        ensure_raw_tables(client)
        ensure_raw_tables(client)
    by_python = created_tables()
    assert ("raw", "loads") in by_python
    assert len(by_python) == len(declared_tables())
    assert by_dbt == by_python


def test_a_missing_column_is_added_with_its_default(sources_project, tmp_path, monkeypatch):
    """A warehouse of an earlier version is brought up to date, by Python and by dbt alike."""

    def older() -> str:
        with connect() as client:
            ensure_raw_tables(client)
            client.command("insert into ml.daily_forecasts (unique_id, forecast) values ('a', 2.5)")
            client.command("alter table ml.daily_forecasts drop column expected")
            return client.command("show create table raw.loads")

    def newer() -> tuple:
        with connect() as client:
            return client.query("select unique_id, expected from ml.daily_forecasts").result_rows

    loads = older()
    assert sources_project.dbt("run-operation", "create_raw_tables").returncode == 0
    assert newer() == [("a", 2.5)]
    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "other"))
    older()
    with connect() as client:
        ensure_raw_tables(client)
        assert client.command("show create table raw.loads") == loads
    assert newer() == [("a", 2.5)]


def test_the_prefix_names_other_databases(home, monkeypatch):
    monkeypatch.setenv("TOKENHOUSE_DATABASE_PREFIX", "th_")
    with connect() as client:
        ensure_raw_tables(client)
    assert ("th_raw", "loads") in created_tables()


@pytest.mark.parametrize(
    ("schema", "column", "sentence"),
    [
        ("raw", "{name: a}", "no data_type for a"),
        ("\"{{ var('x') }}raw\"", "{name: a, data_type: String}", "is not understood"),
    ],
)
def test_a_declaration_that_cannot_be_created_names_its_file(tmp_path, schema, column, sentence):
    (tmp_path / "_bad__sources.yml").write_text(
        f"sources: [{{name: bad, schema: {schema}, tables: [{{name: t, columns: [{column}], "
        "config: {meta: {engine: Memory, order_by: a}}}]}]"
    )
    with pytest.raises(BadInputError, match=f"_bad__sources.yml.*{sentence}"):
        declared_tables(tmp_path)
