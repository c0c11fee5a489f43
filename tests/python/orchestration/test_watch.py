"""The checks that people look at, on made-up marts: what is good, what warns, what fails."""

import base64
import re
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from orchestration.defs.watch import checks
from orchestration.defs.watch.questions import QUESTIONS
from orchestration.reporting.watch import parameters
from orchestration.warehouse.client import connect

NOW = datetime.now(UTC).replace(tzinfo=None)
LAST = NOW.date()
LONG_AGO = LAST - timedelta(days=30)

TABLES = {
    "marts.mart_source_loads": (
        "source String, last_loaded_at DateTime64(6, 'UTC'), loaded_rows UInt64, "
        "rejected_lines UInt64",
        [
            ("fresh", NOW, 10_000, 0),
            ("late", NOW - timedelta(hours=40), 10_000, 100),
            ("silent", NOW - timedelta(hours=80), 10, 10),
        ],
    ),
    "marts.mart_metric_anomalies": (
        "scope_kind String, scope_key String, metric String, direction String, severity String, "
        "value Float64, expected Float64, first_date Date, last_date Date",
        [
            ("total", "", "call_count", "down", "critical", 5, 50, LAST, LAST),
            ("project", "shop", "run_count", "down", "critical", 5, 50, LAST, LAST),
            ("project", "shop", "run_count", "up", "critical", 90, 50, LAST, LAST),
            ("project", "old", "run_count", "down", "critical", 5, 50, LONG_AGO, LONG_AGO),
        ],
    ),
    # Calls went on until the last day; a drop of long ago is over.
    "marts.daily_costs": ("date Date", [(LONG_AGO,), (LAST,)]),
    "marts.fct_calls": (
        "model String, logged_call_count UInt64, cost_source String, is_billable Bool",
        [
            ("priced", 940, "computed", True),
            ("new", 50, "missing", True),
            ("", 10, "missing", True),
            ("free", 500, "missing", False),
        ],
    ),
    "marts.mart_data_issues": (
        "source String, line_number Nullable(UInt64), is_quarantined Bool",
        [("fresh", 1, True), ("fresh", 2, False), ("silent", 1, True)],
    ),
    "marts.mart_gateway_reconciliation": (
        "gateway String, gateway_cost_usd Nullable(Decimal(38, 12)), "
        "logged_cost_usd Decimal(38, 12), cost_difference_usd Nullable(Decimal(38, 12))",
        [("litellm", 10, 11, 1), ("litellm", 10, 9, -1), ("openai", 10, 10, 0)],
    ),
    "marts.mart_budgets": (
        "budget_id String, scope_kind String, scope_key String, period_kind String, "
        "colour String, progress_pct Nullable(Int32), spent_usd Decimal(38, 12), "
        "amount_usd Nullable(Decimal(38, 12)), breach_date Nullable(Date), explanation String, "
        "is_current Bool",
        [
            ("1", "total", "", "month", "red", 95, 95, 100, LAST, "It is nearly spent.", True),
            ("2", "project", "a|b", "month", "green", 5, 5, 100, None, "All is well.", True),
            ("3", "project", "past", "month", "red", 195, 195, 100, None, "It is over.", False),
        ],
    ),
    "predictions.prediction_features": (
        "workflow_id String, metric String, input_size Float64, primary_model String, "
        "started_date Date",
        [
            (
                workflow,
                "cost",
                float(number % 10 + 8 * (is_changed and ago < 7)),
                "m",
                LAST - timedelta(days=ago),
            )
            for workflow, is_changed in (("steady", False), ("grown", True))
            for ago in range(35)
            for number in range(40)
        ],
    ),
}
STATUSES = {
    "sources_are_fresh": {"fresh": "good", "late": "warn", "silent": "fail"},
    "volume_is_as_expected": {"total ": "fail", "project shop": "warn"},
    "calls_have_prices": {"priced": "good", "new": "warn", "(no model)": "warn"},
    "lines_are_readable": {"fresh": "good", "late": "warn", "silent": "fail"},
    "values_are_believable": {"fresh": "good", "silent": "fail"},
    "gateways_agree": {"litellm": "fail", "openai": "good"},
    "budgets_hold": {"total  month": "fail", "project a|b month": "good"},
    "prediction_inputs_do_not_drift": {
        "all workflows: input size": "fail",
        "all workflows: model": "good",
        "grown: input size": "fail",
        "grown: model": "good",
        "steady: input size": "good",
        "steady: model": "good",
    },
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Run the checks once, on tables of a few columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKENHOUSE_HOME", str(tmp_path_factory.mktemp("watched")))
        with connect() as client:
            for table, (columns, rows) in TABLES.items():
                client.command(f"create database if not exists {table.split('.')[0]}")
                client.command(f"create table {table} ({columns}) engine MergeTree order by ()")
                client.insert(table, rows)
        job = dg.define_asset_job("job", selection=dg.AssetSelection.all_asset_checks())
        definitions = dg.Definitions(asset_checks=checks.watch().asset_checks, jobs=[job])
        result = definitions.resolve_job_def("job").execute_in_process()
        return {one.check_name: one for one in result.get_asset_check_evaluations()}


def shown(evaluation):
    """Return subject and status of each row of the table that a check shows."""
    lines = evaluation.metadata["worst"].value.splitlines()[2:]
    cells = [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in lines]
    return {row[0].replace("\\|", "|").strip(): row[1].strip() for row in cells}


@pytest.mark.parametrize("name", STATUSES)
def test_statuses(answers, name):
    expected = {subject.strip(): status for subject, status in STATUSES[name].items()}
    assert shown(answers[name]) == expected
    assert answers[name].passed == (set(expected.values()) == {"good"})


def test_a_failure_is_more_than_a_warning(answers):
    assert answers["sources_are_fresh"].severity == dg.AssetCheckSeverity.ERROR
    assert answers["calls_have_prices"].severity == dg.AssetCheckSeverity.WARN
    assert answers["calls_have_prices"].description == "Of 3, 0 fail and 2 warn."


def test_a_table_that_is_not_built_is_no_failure(answers):
    assert answers["forecasts_are_published"].passed
    assert "nothing was built" in answers["forecasts_are_published"].description


def test_every_parameter_is_in_the_var():
    used = {name for one in QUESTIONS for name in re.findall(r"\{(\w+):\w+\}", one.sql)}
    assert used <= parameters().keys()


def test_pictures_are_svg_that_needs_nothing_else():
    from orchestration.defs.watch.pictures import pictures

    def ask(sql, params):
        if "call_count" in sql and "first_date" in sql:
            return [{"call_count": 1, "last_date": "2026-01-10", "first_date": "2026-01-01"}]
        if "mart_metric_anomalies" in sql:
            return []
        if "lo_80" in sql:
            return [{"date": "2026-01-11", "forecast": 3, "lo_80": 2, "hi_80": 4}]
        if "from daily_costs" in sql:
            return [{"date": "2026-01-10", "part_name": None, "amount": "2.5"}]
        return [{"label": "<b>&", "value": 2, "text": "two", "status": "warn"}]

    found = dict(pictures(ask))
    assert found.keys() == {
        "daily_costs",
        "run_analytics",
        "mart_budgets",
        "mart_forecast_accuracy",
    }
    for picture in found.values():
        encoded = re.search(r"data:image/svg\+xml;base64,([^)]+)", picture.value)[1]
        svg = base64.b64decode(encoded).decode()
        assert svg.startswith("<svg xmlns")
        assert not re.search(r'(href|src)="', svg)
    assert "&lt;b&gt;&amp;" in svg
    cost = base64.b64decode(found["daily_costs"].value.split(",")[-1][:-1])
    assert b'class="band"' in cost
    assert b"<title>" in cost
