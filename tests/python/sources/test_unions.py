"""Unions of sources, also without any source."""

import re

import pytest
import yaml

from orchestration import settings

PROJECT = settings.project_dir()
COLUMNS = PROJECT / "macros" / "conforming" / "conformed_columns.sql"
BY_SOURCE = sorted(
    path.stem
    for path in (PROJECT / "models" / "conformed").glob("*/int_*__*.sql")
    if not path.stem.endswith("__unioned")
)
# Entities that generic logs do not have, and the model that unions each.
UNIONS = {
    "tool_calls": "int_tool_calls",
    "steps": "int_steps__unioned",
    "evaluations": "int_evaluations__unioned",
    "conversations": "int_conversations",
    "jobs": "int_jobs",
    "spans": "int_spans",
    "models": "int_models",
}
# The union of messages keeps no text, only what it says.
SCORED = "int_message_sentiments"
RETENTION_DAYS = 30


def contract(entity: str) -> dict[str, str]:
    """Return the conformed columns of an entity with their types."""
    text = COLUMNS.read_text(encoding="utf-8")
    keys = re.search(r"set keys = (\{.*?\}) -%", text)[1]
    block = re.search(rf"^ {{8}}'{entity}': (\{{.*?^ {{8}}\}})", text, re.M | re.S)[1]
    return yaml.safe_load(keys) | yaml.safe_load(block)


@pytest.fixture(scope="module")
def warehouse(warehouses, tmp_path_factory):
    """Return a warehouse that reads generic logs only, and has none, with spans kept a month."""
    from warehouses import Warehouse

    made = Warehouse(warehouses / "generic_only", tmp_path_factory.mktemp("nothing"))
    selection = [*(f"+{model}" for model in (*UNIONS.values(), SCORED)), "+fct_spans"]
    variables = f"{{sources: [generic], span_retention_days: {RETENTION_DAYS}}}"
    made.build("--select", *selection, "--vars", variables)
    return made


@pytest.mark.parametrize(("entity", "model"), UNIONS.items())
def test_a_union_of_no_source_is_an_empty_typed_table(warehouse, entity, model):
    columns = {
        row["name"]: row["type"]
        for row in warehouse.rows(
            "select name, type from system.columns "
            f"where database = 'conformed' and table = '{model}' order by position"
        )
    }
    assert list(columns.items()) == [*contract(entity).items(), ("run_version", "UInt64")]
    assert warehouse.rows(f"select count() as rows from conformed.{model}") == [{"rows": 0}]


def test_scores_of_no_messages_are_an_empty_table_without_texts(warehouse):
    assert warehouse.rows(f"select count() as rows from intermediate.{SCORED}") == [{"rows": 0}]
    assert "text" not in {
        row["name"]
        for row in warehouse.rows(f"select name from system.columns where table = '{SCORED}'")
    }


def test_spans_are_kept_for_the_days_of_the_var(warehouse):
    """R084: the retention of spans is the table's own, so that a server drops them by itself."""
    [table] = warehouse.rows(
        "select engine_full from system.tables where database = 'marts' and name = 'fct_spans'"
    )
    assert f"TTL started_date + toIntervalDay({RETENTION_DAYS})" in table["engine_full"]


@pytest.fixture(scope="module")
def conformed_types(warehouse) -> dict[str, dict[str, str]]:
    """Return the columns and types of every source's conformed models."""
    from warehouses import EVERY_SOURCE

    warehouse.build("--select", *(f"+{model}" for model in BY_SOURCE), *EVERY_SOURCE)
    types: dict[str, dict[str, str]] = {model: {} for model in BY_SOURCE}
    for row in warehouse.rows(
        "select table, name, type from system.columns where database = 'conformed'"
    ):
        if row["table"] in types:
            types[row["table"]][row["name"]] = row["type"]
    return types


@pytest.mark.parametrize("model", BY_SOURCE)
def test_a_source_keeps_to_the_columns_and_types_of_the_contract(conformed_types, model):
    """A NULL or another type from one source would change the type of the union, and of the marts.

    What may be unknown need not be, and the union fills what a source does not list.
    """
    expected = contract(re.match(r"int_(\w+?)__", model)[1])
    found = conformed_types[model]
    assert set(found) <= set(expected)
    assert {"source", "run_key"} <= set(found)
    assert {
        name: kind
        for name, kind in found.items()
        if expected[name] not in (kind, f"Nullable({kind})")
    } == {}
