"""Exports of document C's dashboard, line for line."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import dagster as dg
import pytest
from click.testing import CliRunner

from cost.answers import BUDGET, MODELS, SUMMARY, documents, exported
from orchestration import journal
from orchestration.cli.export import export as export_command
from orchestration.defs.exporting.assets import ExportConfig, exports
from orchestration.errors import BadInputError
from orchestration.exporting import Export, Series
from orchestration.exporting.cells import cell
from orchestration.exporting.ledger import find, keep, waiting
from orchestration.loading.load import load
from orchestration.warehouse.client import connect

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


def test_document_ds_answers_are_json_alone(dashboard):
    """R079: the summary of seven days and the report of thirty, as the endpoints have them."""
    answers = "select '' as organization_id, toUInt16({}) as days, '{}' as {}"
    for name, days in (("summary_json", 7), ("report_json", 30)):
        document = json.dumps({"days": days})
        with dashboard.selected(), connect() as client:
            client.command(
                "create or replace table marts.v_insight_documents engine = MergeTree order by () "
                "as " + answers.format(days, document, name)
            )
        exported_type = f"insights_{name.removesuffix('_json')}"
        assert json.loads(exported(dashboard, "json", exported_type)) == {"days": days}
    with pytest.raises(BadInputError, match="leave --format out"):
        exported(dashboard, "csv", "insights_report")


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.csv", b"OVERALL SUMMARY"), ("a.XLSX", b"PK"), ("a.json", b"{"), ("a.txt", b"{")],
)
def test_the_name_of_the_file_says_the_format(empty, tmp_path, name, start):
    """R056, R057: without --format; a name that says none is JSON."""
    with empty.selected():
        done = CliRunner().invoke(export_command, ["--output", str(tmp_path / name)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize("export_format", ["json", "csv", "parquet", "xlsx"])
def test_days_of_nothing_are_refused_in_words(dashboard, export_format):
    """R101: a scope that is misspelt makes no empty file."""
    with pytest.raises(BadInputError, match="no day of project:shpo"):
        exported(dashboard, export_format, "timeseries", Series(scope="project:shpo"))


def test_what_is_exported_to_a_file_is_in_the_journal(dashboard, tmp_path):
    """Dagster shows it, with its rows and its download; what goes to standard output is no file."""
    with dashboard.selected():
        for arguments in ([], ["--output", str(tmp_path / "out.csv")]):
            command = ["--format", "csv", *arguments]
            assert CliRunner().invoke(export_command, command).exit_code == 0
        entries = [entry for path in journal.folder().iterdir() for entry in journal.read(path)]
    [entry] = [entry for entry in entries if entry.asset[:1] == ["exports"]]
    assert (entry.asset, entry.by) == (["exports", "dashboard"], "tokenhouse export")
    assert entry.rows > 0
    assert entry.facts["bytes"] == (tmp_path / "out.csv").stat().st_size
    assert entry.facts["csv"].startswith("/api/analytics/download/")
    written = {tuple(entry.asset) for entry in entries if entry.by == "tokenhouse export"}
    assert {("raw", "exports"), ("raw", "loads")} <= written


def test_an_export_is_listed(dashboard):
    """R101: what is written to a file is listed, with format, type, file, size, expiry, metrics."""
    asked = Series(start=date(2025, 11, 1), scope="project:shop", metrics=("cost_usd",))
    made = Export(b"date,cost_usd\r\n", 0)
    now = datetime(2025, 11, 18, 12, tzinfo=UTC)
    with dashboard.selected():
        entries = [
            keep(
                made,
                "shop.csv",
                export_format="csv",
                export_type="timeseries",
                series=asked,
                now=moment,
            )
            for moment in (now, now - timedelta(days=31))
        ]
        load([waiting()], source="exports")
    dashboard.build("--vars", BUDGET, "--select", "mart_exports")
    rows = {row["export_id"]: row for row in dashboard.rows("select * from marts.mart_exports")}
    new, old = (rows[entry.export_id] for entry in entries)
    assert (new["export_format"], new["export_type"], new["scope"]) == (
        "csv",
        "timeseries",
        "project:shop",
    )
    assert (new["file_name"], new["file_bytes"], new["included_metrics"]) == (
        "shop.csv",
        len(made.content),
        ["cost_usd"],
    )
    assert (new["start_date"], new["end_date"]) == (date(2025, 11, 1), None)
    assert new["download_path"] == f"/api/analytics/download/{entries[0].export_id}"
    assert new["expires_at"] - new["created_at"] == timedelta(days=30)
    assert (new["is_expired"], old["is_expired"]) == (False, True)


def test_dagster_writes_the_same(dashboard):
    """R063: the asset keeps a file per format, which can be downloaded."""
    with dashboard.selected():
        config = ExportConfig(formats=["csv", "focus"])
        result = dg.materialize([exports], run_config=dg.RunConfig({"exports__dashboard": config}))
        [event] = result.get_asset_materialization_events()
        metadata = event.materialization.metadata
        paths = {name: find(metadata[name].value.rpartition("/")[2])[1] for name in config.formats}
    assert paths["csv"].read_bytes() == exported(dashboard, "csv", "complete")
    assert paths["focus"].name == "bills.csv"


def test_the_report_is_a_page(dashboard):
    """R063: what is printed as PDF asks nothing of anybody."""
    page = exported(dashboard, "html", "complete").decode()
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "$15.43" in page or "$13.97" in page


@pytest.mark.parametrize(
    ("export_format", "export_type", "series", "words"),
    [
        ("focus", "overview", Series(), "one type"),
        ("html", "timeseries", Series(), "one type"),
        ("focus", "complete", Series(scope="project:shop"), "days only"),
        ("parquet", "complete", Series(), "one table"),
    ],
)
def test_what_a_format_cannot_hold(dashboard, export_format, export_type, series, words):
    with pytest.raises(BadInputError, match=words):
        exported(dashboard, export_format, export_type, series)


@pytest.mark.parametrize("export_format", ["json", "csv", "xlsx", "focus", "html"])
def test_an_empty_warehouse_exports(empty, export_format):
    """R059: every format is written from nothing."""
    assert exported(empty, export_format, "complete")


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


def test_formulas_stay_where_they_are_asked_for():
    assert cell("=cmd()", formulas=True) == "=cmd()"
