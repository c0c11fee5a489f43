"""Document C's dashboard: its own example, and what lies at its edges."""

from decimal import Decimal

import pytest

from cost.answers import MODELS, SUMMARY, documents
from orchestration.reporting.summary import summarize


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
    """R051, R058: 30 days up to the last complete one, and zeros where nothing ran."""
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
    """R049, R050, R058: spent, left, colour, and the end by the pace of 18 of 30 days."""
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
    assert summary == {"runs_2loop": 24, "runs_3loop": 1, "total_runs": 28}
    assert "" not in [
        row["model_name"] for row in projects.rows("select model_name from marts.v_models")
    ]


def test_budgets_can_be_loaded(projects):
    """R049: a CSV in the columns of the seed; what is no budget is left out."""
    rows = projects.rows("select * from marts.mart_budgets order by period_start_date")
    assert {row["budget_id"] for row in rows} == {"marketing"}
    november = rows[0]
    assert (november["spent_usd"], november["colour"]) == (Decimal("7.21"), "yellow")
    assert (november["crossed_thresholds"], november["owner"]) == ([50], "Ada")


def test_old_runs_are_archivable(projects):
    """R061: what started more than six calendar months before the as-of date, and nothing else."""
    days = (
        "select toString(toDate(started_at)) as day from marts.{} "
        "where project = 'old' order by day"
    )
    assert projects.rows(days.format("run_analytics")) == [
        {"day": "2025-07-31"},
        {"day": "2025-08-01"},
    ]
    assert projects.rows(days.format("v_archivable_runs")) == [{"day": "2025-07-31"}]


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


def test_a_run_is_of_the_month_it_starts_in_its_cost_of_the_call_s(projects):
    """R102: it starts in January, and calls again in February."""
    rows = projects.rows(
        "select toString(period_start_date) as month, run_count, call_count, cost_usd "
        "from marts.mart_period_metrics where scope_id = 'project:over midnight' "
        "and period_kind = 'month' order by month"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2026-01-01", 1, 1, Decimal("0.4")),
        ("2026-02-01", 0, 1, Decimal("0.6")),
    ]


def test_tags_share_what_calls_cost(projects):
    """R062: calls of 1.00 with tags a, b and c, 0.50 with a, 0.25 without any."""
    rows = projects.rows(
        "select scope_key, cost_usd, allocated_cost_usd from marts.mart_period_metrics "
        "where scope_kind = 'tag' and period_kind = 'month' "
        "and period_start_date = '2026-01-01' and scope_key != '' order by scope_key"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("a", Decimal("1.5"), Decimal("0.833333333334")),
        ("b", Decimal(1), Decimal("0.333333333333")),
        ("c", Decimal(1), Decimal("0.333333333333")),
    ]
    [sums] = projects.rows(
        "select sumIf(allocated_cost_usd, scope_kind = 'tag') as tags, "
        "sumIf(cost_usd, scope_kind = 'total') as total "
        "from marts.mart_period_metrics where period_kind = 'all'"
    )
    assert sums["tags"] == sums["total"] > 0


def test_the_summary_shows_budgets_and_what_changed(dashboard, empty):
    """R049, R062: where there are any."""
    with dashboard.queried() as client:
        tables = {table.title: table.rows for table in summarize(client).tables}
    [budget] = tables["Budgets"]
    assert budget[3:7] == ("12.3400", "50.0000", "24", "20.5667")
    changes = tables["What changed the cost of the last 7 days"]
    assert {row[1] for row in changes} == {"gpt-4o", "gpt-4o-mini"}
    with empty.queried() as client:
        assert summarize(client).tables == []


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
    assert empty.rows("select * from intermediate.int_periods") == []
    assert len(empty.rows("select * from intermediate.int_as_of")) == 1
    assert len(empty.rows("select * from marts.v_kpi_cards")) == 6
