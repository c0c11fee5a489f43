"""Exports of document C's dashboard, line for line."""

import json
from datetime import date
from decimal import Decimal

import pytest

from cost.answers import MODELS, SUMMARY, documents
from orchestration.errors import BadInputError
from orchestration.exporting import Series, export
from orchestration.exporting.cells import cell
from orchestration.warehouse.client import connect
from warehouses import Warehouse

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


def test_formulas_stay_where_they_are_asked_for():
    assert cell("=cmd()", formulas=True) == "=cmd()"
