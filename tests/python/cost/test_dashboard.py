"""Document C's dashboard: its own example, and what lies at its edges."""

import json
from datetime import date
from decimal import Decimal

import pytest

from cost.orchestrator_runs import write_dashboard, write_projects
from orchestration.errors import BadInputError
from orchestration.exporting import Series, export
from orchestration.exporting.cells import cell
from orchestration.warehouse.client import connect
from warehouses import Warehouse

BUDGET = (
    "{sources: [orchestrator], analytics: {enabled: true, monthly_budget: 50, timeseries_days: 30}}"
)
NO_BUDGET = "{sources: [orchestrator]}"

SUMMARY = {
    "total_runs": 42,
    "total_jobs": 38,
    "total_tokens": 523000,
    "total_cost": 15.43,
    "avg_cost_per_run": pytest.approx(0.367381, abs=5e-7),
    "avg_duration_seconds": pytest.approx(245.6),
    "jobs_completed": 35,
    "jobs_failed": 2,
    "jobs_cancelled": 1,
    "jobs_running": 0,
    "jobs_queued": 0,
    "runs_2loop": 18,
    "runs_3loop": 24,
    "qa_summary": {
        "total_qa_runs": 40,
        "qa_passed": 32,
        "qa_warning": 6,
        "qa_failed": 2,
        "qa_error": 0,
        "qa_not_run": 2,
        "pass_rate": 0.8,
    },
    "monthly_budget": 50.0,
    "current_month_cost": 12.34,
    "budget_remaining": 37.66,
    "generated_at": "2025-11-18T10:30:00.000Z",
}
MODELS = [
    {"model_name": "gpt-4o", "total_tokens": 320000, "total_cost": 11.2, "usage_count": 42},
    {"model_name": "gpt-4o-mini", "total_tokens": 180000, "total_cost": 3.6, "usage_count": 42},
    {"model_name": "claude-3-haiku", "total_tokens": 23000, "total_cost": 0.63, "usage_count": 1},
]


@pytest.fixture(scope="module")
def dashboard(warehouses, make_warehouse) -> Warehouse:
    logs = warehouses / "dashboard_logs"
    write_dashboard(logs)
    return make_warehouse("dashboard", logs, "--vars", BUDGET)


@pytest.fixture(scope="module")
def projects(warehouses, make_warehouse) -> Warehouse:
    logs = warehouses / "projects_logs"
    write_projects(logs)
    return make_warehouse("projects", logs, "--vars", NO_BUDGET)


@pytest.fixture(scope="module")
def empty(empty_warehouse) -> Warehouse:
    warehouse = empty_warehouse("empty_dashboard")
    warehouse.build("--vars", NO_BUDGET)
    return warehouse


def documents(warehouse: Warehouse) -> dict:
    [row] = warehouse.rows("select * from marts.v_analytics")
    return {name: json.loads(text) for name, text in row.items() if name.endswith("_json")}


def test_the_document_s_example_key_for_key(dashboard):
    """R044, R045, R046, R047, R048, R049: 42 runs, 38 jobs, 32 of 40 checks, 12.34 of 50."""
    answers = documents(dashboard)
    assert answers["summary_json"] == SUMMARY
    assert list(answers["summary_json"]) == list(SUMMARY)
    assert list(answers["summary_json"]["qa_summary"]) == list(SUMMARY["qa_summary"])
    assert answers["qa_json"] == SUMMARY["qa_summary"]


def test_models_share_the_cost(dashboard):
    """R053: tokens, cost, runs and share of each model."""
    assert documents(dashboard)["models_json"] == MODELS
    rows = dashboard.rows("select model_name, cost_share from marts.v_models order by position")
    assert [row["cost_share"] for row in rows] == [
        pytest.approx(share, abs=1e-6) for share in (0.725859, 0.233312, 0.040829)
    ]


def test_one_document_holds_all(dashboard):
    """R056: the export is the four answers in one document."""
    answers = documents(dashboard)
    export = answers["export_json"]
    assert list(export) == ["summary", "projects", "models", "timeseries"]
    assert export["summary"] == answers["summary_json"]
    assert export["projects"] == answers["projects_json"]
    assert export["models"] == answers["models_json"]
    assert export["timeseries"] == answers["timeseries_json"]["daily"]


def test_the_series_is_of_complete_days(dashboard):
    """R051: 30 days up to the last complete one, and zeros where nothing ran."""
    daily = documents(dashboard)["timeseries_json"]["daily"]
    assert len(daily) == 30
    assert daily[0]["date"] == "2025-10-19"
    assert daily[-1]["date"] == "2025-11-17"
    assert list(daily[0]) == [
        "date",
        "runs",
        "tokens",
        "cost",
        "qa_passed",
        "qa_warning",
        "qa_failed",
    ]
    assert daily[0] | {"date": ""} == dict.fromkeys(daily[0], 0) | {"date": ""}
    assert sum(day["runs"] for day in daily) == 41


def test_the_budget_of_the_month(dashboard):
    """R049, R050: spent, left, colour, and the end by the pace of 18 of 30 days."""
    [row] = dashboard.rows("select * from marts.mart_budgets where is_current")
    assert row["spent_usd"] == Decimal("12.34")
    assert row["remaining_usd"] == Decimal("37.66")
    assert (row["colour"], row["progress_pct"], row["risk"]) == ("green", 24, "unlikely")
    assert row["progress_share"] == pytest.approx(0.2468)
    assert row["pace_share"] == pytest.approx(0.411333, abs=5e-7)
    assert row["forecast_basis"] == "pace"
    assert row["expected_end_usd"] == pytest.approx(20.566667, abs=5e-7)
    assert row["explanation"] == (
        "Budget monthly: $12.34 of $50.00 spent (24%) on day 18 of 30; "
        "expected to end at $20.57 (-$29.43)."
    )
    [october] = dashboard.rows("select * from marts.mart_budgets where is_closed")
    assert october["spent_usd"] == Decimal("3.09")


def test_six_cards(dashboard):
    """R054: the six cards, word for word."""
    rows = dashboard.rows("select value, detail, state from marts.v_kpi_cards order by position")
    assert [tuple(row.values()) for row in rows] == [
        ("42", "18 two-loop, 24 three-loop", ""),
        ("523,000", "", ""),
        ("$15.43", "$0.3674 a run", ""),
        ("245.6 s", "", ""),
        ("80%", "32 of 40", "good"),
        ("38", "35 completed, 2 failed", "warn"),
    ]


def test_charts(dashboard):
    """R055, R060: the charts and the boxes, with days as MM-DD."""
    [first, *_] = dashboard.rows("select * from marts.v_chart_runs order by date")
    assert (first["label"], first["value"]) == ("10-19", 0)
    [cost] = dashboard.rows("select sum(value) as usd from marts.v_chart_cost")
    assert cost["usd"] == Decimal("15.43") - Decimal("1.46")
    boxes = dashboard.rows("select * from marts.v_qa_distribution order by position")
    assert [(box["status"], box["run_count"], box["colour"]) for box in boxes] == [
        ("passed", 32, "green"),
        ("warning", 6, "yellow"),
        ("failed", 2, "red"),
        ("error", 0, "red"),
        ("not_run", 2, "gray"),
    ]


def test_a_project_as_the_document_lists_it(projects):
    """R052, R060: 15 runs, 7.21 USD, 223.5 s, 12 of 15 passed."""
    [row] = projects.rows(
        "select * from marts.v_projects where project_name = 'contafuel_marketing'"
    )
    assert (row["runs_count"], row["total_tokens"]) == (15, 245000)
    assert row["total_cost_usd"] == Decimal("7.21")
    assert row["avg_duration_seconds"] == pytest.approx(223.5)
    assert [row[f"qa_{name}"] for name in ("passed", "warning", "failed", "not_run")] == [
        12,
        2,
        1,
        0,
    ]
    assert (row["qa_pass_share"], row["qa_colour"]) == (0.8, "green")
    assert row["last_run_display"] == "2025-11-18T09:25:00"
    assert (row["total_cost_display"], row["avg_duration_display"]) == ("$7.21", "223.5")


def test_a_day_as_the_document_charts_it(projects):
    """R051: three runs, 42,000 tokens, 1.23 USD."""
    [row] = projects.rows(
        "select run_count, total_tokens, cost_usd, qa_passed_count, qa_warning_count, "
        "qa_failed_count from marts.mart_daily_metrics "
        "where scope_id = 'project:charted' and date = '2025-10-20'"
    )
    assert list(row.values()) == [3, 42000, Decimal("1.23"), 2, 1, 0]


def test_odd_words_lose_no_run(projects):
    """R046, R047, R059: other spellings, unknown words, missing models and durations."""
    [row] = projects.rows(
        "select * from marts.mart_period_metrics "
        "where scope_id = 'project:odd' and period_kind = 'all'"
    )
    assert (row["run_count"], row["qa_run_count"], row["qa_error_count"]) == (4, 4, 3)
    assert (row["qa_pass_share"], row["qa_colour"], row["cost_usd"]) == (None, "", 0)
    assert row["avg_duration_ms"] is None
    [summary] = projects.rows("select runs_2loop, runs_3loop, total_runs from marts.v_summary")
    assert summary == {"runs_2loop": 22, "runs_3loop": 1, "total_runs": 24}
    assert "" not in [
        row["model_name"] for row in projects.rows("select model_name from marts.v_models")
    ]


def test_months_end_at_midnight_utc(projects):
    """R102: the last millisecond of January is January."""
    rows = projects.rows(
        "select toString(period_start_date) as month, run_count, cost_usd "
        "from marts.mart_period_metrics where scope_id = 'project:months' "
        "and period_kind = 'month' order by month"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2026-01-01", 1, Decimal(1)),
        ("2026-02-01", 1, Decimal(1)),
    ]


def test_nothing_is_zeros_never_a_failure(empty):
    """R058, R059: an empty warehouse answers with zeros and nulls."""
    answers = documents(empty)
    summary = answers["summary_json"]
    numbers = {key: value for key, value in summary.items() if isinstance(value, int | float)}
    assert set(numbers.values()) == {0}
    assert summary["qa_summary"] == dict.fromkeys(SUMMARY["qa_summary"], 0)
    assert summary["monthly_budget"] is None
    assert summary["budget_remaining"] is None
    assert answers["projects_json"] == answers["models_json"] == []
    assert answers["timeseries_json"] == {"daily": []}
    assert empty.rows("select * from marts.mart_budgets") == []
    assert empty.rows("select * from marts.mart_daily_metrics") == []
    assert len(empty.rows("select * from marts.v_kpi_cards")) == 6


CSV = """\
OVERALL SUMMARY
Metric,Value
Total Runs,42
Total Jobs,38
Total Tokens,523000
Total Cost (USD),15.43
Avg Cost Per Run (USD),0.3674
Avg Duration (s),245.6
Jobs Completed,35
Jobs Failed,2
Jobs Cancelled,1
Jobs Running,0
Jobs Queued,0
Runs (2-loop),18
Runs (3-loop),24
QA Runs,40
QA Passed,32
QA Warning,6
QA Failed,2
QA Error,0
QA Not Run,2
QA Pass Rate,0.8
Monthly Budget (USD),50
Current Month Cost (USD),12.34
Budget Remaining (USD),37.66
Generated At,2025-11-18T10:30:00.000Z

PER-PROJECT SUMMARY
Project,Runs,Last Run,Total Tokens,Total Cost (USD),Avg Duration (s),QA Passed,QA Warning,\
QA Failed,QA Not Run
shop,42,2025-11-18T10:25:29.800Z,523000,15.43,245.6,32,6,2,2

PER-MODEL SUMMARY
Model,Total Tokens,Total Cost (USD),Usage Count
gpt-4o,320000,11.2,42
gpt-4o-mini,180000,3.6,42
claude-3-haiku,23000,0.63,1
"""


def exported(warehouse: Warehouse, *arguments, **options) -> bytes:
    with warehouse.selected(), connect() as client:
        return export(client, *arguments, **options)


def test_the_csv_line_for_line(dashboard):
    """R057: three sections, with the document's headings, CRLF and UTF-8."""
    assert exported(dashboard, "csv", "complete").decode("utf-8") == CSV.replace("\n", "\r\n")


def test_the_json_document_and_its_parts(dashboard):
    """R056, R101: all of it, or the part of a type."""
    document = json.loads(exported(dashboard, "json", "complete"))
    assert document == documents(dashboard)["export_json"]
    assert json.loads(exported(dashboard, "json", "model_comparison")) == {"models": MODELS}
    assert json.loads(exported(dashboard, "json", "overview")) == {"summary": SUMMARY}


def test_a_series_of_a_scope_and_metrics(dashboard):
    """R101: days, scope and metrics are chosen; what does not exist is refused."""
    series = Series(
        start=date(2025, 11, 1), end=date(2025, 11, 2), scope="model:gpt-4o", metrics=("cost_usd",)
    )
    assert json.loads(exported(dashboard, "json", "timeseries", series)) == {
        "timeseries": [
            {"date": "2025-11-01", "cost_usd": 0.52},
            {"date": "2025-11-02", "cost_usd": 0.52},
        ]
    }
    with pytest.raises(BadInputError, match="no metric nothing"):
        exported(dashboard, "csv", "timeseries", Series(metrics=("nothing",)))
    with pytest.raises(BadInputError, match="--type timeseries"):
        exported(dashboard, "csv", "complete", series)


def test_nothing_exports_without_failure(empty):
    """R059: an empty warehouse has its three sections, with zeros."""
    lines = exported(empty, "csv", "complete").decode().splitlines()
    assert lines[2] == "Total Runs,0"
    assert lines.index("PER-PROJECT SUMMARY") < lines.index("PER-MODEL SUMMARY")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=cmd()", "'=cmd()"),
        ("@name", "'@name"),
        ("-1 day", "'-1 day"),
        (-20, "-20"),
        (Decimal("7.2100"), "7.21"),
        (None, ""),
        (1000, "1000"),
        (True, "true"),
    ],
)
def test_a_text_is_no_formula(value, text):
    """R057: what a spreadsheet would run is text; numbers are their shortest text."""
    assert cell(value) == text
