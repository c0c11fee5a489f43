"""Exports of document C's dashboard, line for line."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from cost.answers import MODELS, SUMMARY, documents
from cost.focus_columns import problems_of
from orchestration.errors import BadInputError
from orchestration.exporting import Series, export
from orchestration.exporting.cells import cell
from orchestration.exporting.workbook import workbook
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
        return export(client, *arguments, **options).content


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Return the cells of each sheet of a workbook as they are stored: text, or a number's text."""
    names = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        texts = [
            "".join(item.itertext())
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))
        found = {}
        for number, sheet in enumerate(workbook.iterfind(".//s:sheet", names), start=1):
            xml = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            found[sheet.attrib["name"]] = [
                [
                    texts[int(value)] if cell.get("t") == "s" else value
                    for cell in row.iterfind("s:c", names)
                    if (value := cell.findtext("s:v", namespaces=names)) is not None
                ]
                for row in xml.iterfind(".//s:row", names)
            ]
        return found


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


def test_a_workbook_has_a_sheet_a_table(dashboard):
    """R063: names of at most 31 characters, headers that stay, dates and amounts as numbers."""
    content = exported(dashboard, "xlsx", "complete")
    assert content == exported(dashboard, "xlsx", "complete")
    book = sheets(content)
    assert list(book)[:4] == ["v_summary", "v_projects", "v_models", "v_timeseries"]
    assert all(len(name) <= 31 for name in book)
    [header, *models] = book["v_models"]
    assert header[:4] == ["position", "model_name", "total_tokens", "total_cost_usd"]
    assert models[0][:4] == ["1", "gpt-4o", "320000", "11.2"]
    days = book["v_timeseries"]
    # Days since 1899-12-30, as spreadsheets count.
    assert days[1][0] == str((date(2025, 10, 19) - date(1899, 12, 30)).days)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert b'state="frozen"' in file.read("xl/worksheets/sheet1.xml")


def test_a_workbook_runs_nothing():
    """R063: what a log holds is text, however it begins; what is not known is empty."""
    rows = [["=cmd()", None, True, "http://example.com", float("nan"), 2**60, [1], "1"]]
    content = workbook({"a" * 40: (list("abcdefgh"), rows)}, datetime(2026, 1, 1, tzinfo=UTC))
    assert sheets(content) == {
        "a" * 31: [
            list("abcdefgh"),
            ["'=cmd()", "1", "http://example.com", str(2**60), "[1]", "1"],
        ]
    }
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_bills_as_the_specification_has_them(dashboard):
    """R063: FOCUS 1.2: its columns and values, and the money of the calls to the last decimal."""
    rows = list(csv.DictReader(io.StringIO(exported(dashboard, "focus", "complete").decode())))
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("15.43")
    assert problems_of(rows) == []
    november = Series(start=date(2025, 11, 1))
    rows = csv.DictReader(io.StringIO(exported(dashboard, "focus", "complete", november).decode()))
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("12.34")


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
