"""Exports that other programs open: workbooks and bills."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

from cost.answers import exported
from cost.focus_columns import problems_of
from orchestration.exporting import Series
from orchestration.exporting.workbook import workbook


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
