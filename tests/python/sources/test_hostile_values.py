"""No value of a log stops a build: every value of every source's record, replaced by hostile ones.

Each hostile value stands in a record of its own, next to good ones.
"""

import pytest

from hostile_values import HOSTILE_VALUES, TEMPLATES, write_hostile_values
from orchestration.loading.load import load
from orchestration.loading.sources import SOURCES
from orchestration.warehouse.client import connect
from warehouses import Warehouse

CONTROL_COSTS = {
    "cascade": "0.01",
    "chat": "0.003",
    "claude_code": "0.01",
    "codex": "0.0016375",
    "generic": "0.02",
    "langfuse": "0.01",
    "litellm": "0.01",
    "orchestrator": "0.01",
    "pipelines": "0.01",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory, warehouses) -> Warehouse:
    """Return a warehouse of good records, and of hostile ones of every kind."""
    folder = tmp_path_factory.mktemp("hostile_values")
    write_hostile_values(folder, values_per_kind=2)
    made = Warehouse(warehouses / "hostile_values", folder)
    # Connected, so that all loads share one start of the engine.
    with made.selected(), connect():
        for place in sorted(folder.iterdir()):
            report = load([place], source=place.name)
            assert not report.count("failed"), report
    return made


def test_every_raw_table_has_a_record():
    assert {source.entity for source in SOURCES} == {
        next(source.entity for source in SOURCES if source.name == template["source"])
        for template in TEMPLATES.values()
    }


def test_every_model_and_test_holds(warehouse):
    """A build with every data test ends well, whatever the values are."""
    done = warehouse.run_dbt(
        *("--quiet", "build", "--exclude-resource-type", "unit_test", "--threads", "4")
    )
    failed = [
        f"{result.node.name}: {result.message}"
        for result in done.result
        if result.status not in ("pass", "success", "no-op", "NO-OP")
    ]
    assert not failed, failed[:5]


def test_the_money_of_good_records_is_unchanged(warehouse):
    costs = warehouse.rows(
        "select source, toString(sum(cost_usd)) as usd from marts.fct_calls "
        "where match(call_id, '[:/-]control') group by source"
    )
    assert {row["source"]: row["usd"] for row in costs} == CONTROL_COSTS


def test_no_mart_holds_what_is_outside_its_domain(warehouse):
    [row] = warehouse.rows(
        """
        select
            countIf(not (ifNull(cost_usd, 0) between 0 and 1e9)) as costs,
            countIf(not (ifNull(duration_ms, 0) between 0 and 315360000000)) as durations,
            countIf(not (ifNull(input_tokens, 0) between 0 and 1e12)) as tokens,
            countIf(called_at not between '2015-01-01' and now() + interval 3 day) as moments
        from marts.fct_calls
        """
    )
    assert set(row.values()) == {0}, row


def test_what_could_not_be_believed_is_listed(warehouse):
    """One row per file, line, column, rule and value, with what was done."""
    rows = warehouse.rows(
        """
        select entity, column_name, rule, logged_value, handling, line_number
        from marts.mart_data_issues where source_file like '%below zero%'
        """
    )
    listed = {(row["entity"], row["column_name"]) for row in rows if row["logged_value"] == "-1"}
    wanted = {
        ("generic_calls", "cost_usd"),
        ("generic_runs", "duration_ms"),
        ("unified_logs", "tokens_in"),
        ("claude_code_lines", "message.usage.input_tokens"),
        ("codex_lines", "payload.info.last_token_usage.output_tokens"),
        ("orchestrator_runs", "models[].cost_usd"),
        ("pipeline_executions", "stages[].duration_ms"),
        ("chat_messages", "latency_ms"),
        ("litellm_spend_logs", "spend"),
        ("langfuse_observations", "usageDetails[]"),
        ("otel_records", "gen_ai.usage.input_tokens"),
        ("litellm_daily_spend", "spend"),
    }
    assert not wanted - listed
    assert all(row["line_number"] > 0 for row in rows)
    assert {row["handling"] for row in rows if row["column_name"] == "cost_usd"} == {"unknown"}
    assert len(HOSTILE_VALUES) == 6


def test_an_answer_without_a_time_is_no_silent_loss(warehouse):
    rows = warehouse.rows(
        """
        select distinct entity, handling
        from marts.mart_data_issues where column_name = 'timestamp' and rule = 'has no time'
        """
    )
    handled = {row["entity"]: row["handling"] for row in rows}
    assert handled["claude_code_lines"] == "quarantined"
    assert handled["codex_lines"] == "quarantined"
