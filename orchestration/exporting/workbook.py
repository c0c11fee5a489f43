"""Tables of the warehouse as a workbook, a sheet each."""

import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.exporting.cells import cell

__all__ = ["Table", "sheets", "workbook"]

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""Names of the columns, and the rows."""

# Limits of the format.
_NAME_LENGTH = 31
_MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
# Whole numbers up to here are exact in a spreadsheet, which has floats only.
_LARGEST_NUMBER = 2**53
_MONEY = "#,##0.00######"
_SHARE = "0.0%"
_KEPT = {
    # What is in a log is text, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
    "in_memory": True,
}


def workbook(tables: Mapping[str, Table], created_at: datetime) -> bytes:
    """Return a workbook (XLSX): headers stay on top, dates are dates, amounts are numbers.

    Parameters
    ----------
    tables : mapping of str to Table
        The sheets, by name.
    created_at : datetime
        What the file says of itself: the same tables make the same bytes.

    Raises
    ------
    BadInputError
        If a table is longer than a sheet.
    """
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _KEPT)
    book.set_properties({"created": created_at.astimezone(UTC).replace(tzinfo=None)})
    formats = {
        "header": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "money": book.add_format({"num_format": _MONEY}),
        "share": book.add_format({"num_format": _SHARE}),
        "plain": None,
    }
    for name, (columns, rows) in tables.items():
        if len(rows) > _MOST_ROWS:
            raise BadInputError(
                f"{name} has {len(rows):,} rows, and a sheet holds {_MOST_ROWS:,}: choose fewer "
                "days with --start and --end, or another --format."
            )
        sheet = book.add_worksheet(name[:_NAME_LENGTH])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, formats["header"])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write(sheet, (number, place), value, formats, columns[place])
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.autofit()
    book.close()
    return file.getvalue()


def sheets(client: Any, tables: Mapping[str, Table]) -> bytes:
    """Return a workbook that says it was made when document C's figures were.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    tables : mapping of str to Table
        The sheets, by name.
    """
    marts = settings.database("marts")
    [(created_at,)] = client.query(f"select generated_at from `{marts}`.v_summary").result_rows
    return workbook(tables, created_at)


def _write(
    sheet: Any, place: tuple[int, int], value: Any, formats: Mapping[str, Any], column: str
) -> None:
    """Write a value as what it is; what is not known stays empty."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        sheet.write_string(*place, str(value))
    elif isinstance(value, int | float | Decimal):
        kind = "money" if column.endswith("_usd") else "plain"
        sheet.write_number(
            *place, float(value), formats["share" if column.endswith("_share") else kind]
        )
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, value.replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, formats["date"])
    else:
        text = value if isinstance(value, str) else json.dumps(value, default=str)
        sheet.write_string(*place, cell(text)[:_LONGEST_TEXT])
