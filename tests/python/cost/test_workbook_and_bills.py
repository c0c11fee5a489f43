"""Exports that other programs open: workbooks and bills."""

import csv
import io
import subprocess
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from cost.answers import exported
from cost.focus_columns import problems_of
from orchestration.exporting import Series
from orchestration.exporting.focus import focus
from orchestration.exporting.workbook import workbook
from programs import find_program


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


def opened(file: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Open a file in LibreOffice, and return what its sheets show, by name."""
    program = find_program("soffice", install="apt-get install libreoffice-calc")
    # Separator, quote and encoding; every sheet in a file of its own, as shown.
    text = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    done = subprocess.run(
        [
            *(
                program,
                "--headless",
                "--norestore",
                f"-env:UserInstallation=file://{folder}/profile",
            ),
            *("--convert-to", text, "--outdir", folder / "opened", file),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {
        path.stem.removeprefix(f"{file.stem}-"): list(csv.reader(path.open(encoding="utf-8")))
        for path in (folder / "opened").glob("*.csv")
    }


def test_a_spreadsheet_opens_the_workbook(dashboard, tmp_path):
    """R063: LibreOffice shows every sheet, amounts as numbers and days as days."""
    file = tmp_path / "dashboard.xlsx"
    file.write_bytes(exported(dashboard, "xlsx", "complete"))
    book = opened(file, tmp_path)
    assert set(book) == set(sheets(file.read_bytes()))
    assert book["v_models"][1][:4] == ["1", "gpt-4o", "320000", "11.2"]
    assert book["v_timeseries"][1][:3] == ["2025-10-19", "10-19", "0"]
    assert len(book["v_timeseries"]) == 31


def test_a_spreadsheet_opens_the_csv(dashboard, tmp_path):
    """R057: LibreOffice reads the three sections, each figure in a cell of its own."""
    file = tmp_path / "dashboard.csv"
    file.write_bytes(exported(dashboard, "csv", "complete"))
    [rows] = opened(file, tmp_path).values()
    cells = {row[0]: row[1] for row in rows if len(row) > 1}
    assert rows[0][0] == "OVERALL SUMMARY"
    assert (cells["Total Cost (USD)"], cells["QA Pass Rate"]) == ("15.43", "0.8")
    assert ["claude-3-haiku", "23000", "0.63", "1"] in [row[:4] for row in rows]


@pytest.mark.parametrize(("formulas", "name"), [(False, "'=cmd()"), (True, "=cmd()")])
def test_a_bill_holds_no_formula_unless_asked_for(formulas, name):
    """R063: whoever opens it in a spreadsheet runs nothing that a project is named for."""
    bill = b'"SubAccountId","BilledCost","Tags"\n"=cmd()",-1.5,"{""a"":1}"\n'
    client = SimpleNamespace(
        raw_query=lambda *_, **__: bill, query=lambda *_, **__: SimpleNamespace(result_rows=[(1,)])
    )
    content = focus(client, Series(), formulas=formulas).content
    [row] = csv.DictReader(io.StringIO(content.decode()))
    assert row == {"SubAccountId": name, "BilledCost": "-1.5", "Tags": '{"a":1}'}


def test_bills_as_the_specification_has_them(dashboard):
    """R063: FOCUS 1.2: its columns and values, and the money of the calls to the last decimal."""
    rows = list(csv.DictReader(io.StringIO(exported(dashboard, "focus", "complete").decode())))
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("15.43")
    assert problems_of(rows) == []
    november = Series(start=date(2025, 11, 1))
    rows = csv.DictReader(io.StringIO(exported(dashboard, "focus", "complete", november).decode()))
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("12.34")
