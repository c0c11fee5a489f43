"""One export: a format, a type, and for series what they are of."""

import json
from collections.abc import Callable
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.exporting.chat import chat_document
from orchestration.exporting.focus import focus
from orchestration.exporting.sections import csv_document
from orchestration.exporting.series import DOCUMENTS_SERIES, Export, Series, export_series
from orchestration.exporting.workbook import Table, sheets

__all__ = ["FORMATS", "TYPES", "export"]

# Format: the ending of its files.
FORMATS = {
    "json": "json",
    "csv": "csv",
    "parquet": "parquet",
    "xlsx": "xlsx",
    "focus": "csv",
    "html": "html",
}
# Type: its parts of document C's document, in order.
TYPES = {
    "complete": ("summary", "projects", "models", "timeseries"),
    "overview": ("summary",),
    "timeseries": ("timeseries",),
    "model_comparison": ("models",),
}
# Document D's answers: the column of its view, and the days they are about.
_INSIGHTS = {"insights_summary": ("summary_json", 7), "insights_report": ("report_json", 30)}
TYPES |= dict.fromkeys((*_INSIGHTS, "chat"), ())
# Tables of a workbook, by part; the last ones are more than the document has.
_SHEETS = {
    "summary": ("v_summary",),
    "projects": ("v_projects",),
    "models": ("v_models",),
    "timeseries": ("v_timeseries",),
}
_MORE_SHEETS = ("v_qa_distribution", "mart_budgets", "mart_cost_changes")
# Formats that hold one thing, whatever is asked for.
_WHOLE = ("focus", "html")
_REPORT_PERIOD = "30"


def export(
    client: Any,
    export_format: str,
    export_type: str,
    series: Series = DOCUMENTS_SERIES,
    *,
    formulas: bool = False,
) -> Export:
    """Return an export of the dashboard.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    export_format : str
        One of `FORMATS`.
    export_type : str
        One of `TYPES`.
    series : Series
        Which days and metrics, of a series; by default document C's.
    formulas : bool
        Whether texts of CSV that a spreadsheet would run as formulas stay as they are.

    Raises
    ------
    BadInputError
        If there is nothing of what was asked for, or the format cannot hold the type.
    """
    is_chosen = series != DOCUMENTS_SERIES
    _check(export_format, export_type, series, is_chosen=is_chosen)
    if not client.command(f"exists table `{settings.database('marts')}`.v_analytics"):
        raise BadInputError("There are no marts yet: run `tokenhouse build` first.")
    if export_type == "chat":
        return chat_document(client)
    if export_type in _INSIGHTS:
        return _insights(client, export_type)
    if export_format == "html":
        from orchestration.serving.page.report import choice_of_scope, report_html

        return Export(report_html(client, choice_of_scope(_REPORT_PERIOD, "")).encode(), 0)
    if export_format == "focus":
        return focus(client, series, formulas=formulas)
    if export_type == "timeseries" and (is_chosen or export_format not in ("json", "xlsx")):
        return export_series(client, export_format, series)
    makers: dict[str, Callable[[], Export]] = {
        "parquet": lambda: _parquet(client),
        "xlsx": lambda: _workbook(client, export_type),
        "csv": lambda: _document(client, export_type, is_csv=True, formulas=formulas),
        "json": lambda: _document(client, export_type, is_csv=False),
    }
    return makers[export_format]()


def _check(export_format: str, export_type: str, series: Series, *, is_chosen: bool) -> None:
    if export_format == "focus" and Series(series.start, series.end) != series:
        raise BadInputError(
            "--scope and --metrics choose from a series: of --format focus choose days only."
        )
    if export_type in (*_INSIGHTS, "chat") and export_format != "json":
        raise BadInputError(f"{export_type} is one JSON document: leave --format out.")
    if is_chosen and export_type != "timeseries" and export_format != "focus":
        raise BadInputError(
            "--start, --end, --scope and --metrics choose days of a series: add --type timeseries."
        )
    if export_format in _WHOLE and export_type != "complete":
        raise BadInputError(f"--format {export_format} has one type: leave --type out.")
    if export_format == "parquet" and export_type not in ("timeseries", "model_comparison"):
        raise BadInputError(
            "A Parquet file holds one table: add --type timeseries or --type model_comparison."
        )


def _document(client: Any, export_type: str, *, is_csv: bool, formulas: bool = False) -> Export:
    text = client.command(f"select export_json from `{settings.database('marts')}`.v_analytics")
    document = json.loads(str(text))
    parts = TYPES[export_type]
    if is_csv:
        # Document C's sections have no series.
        parts = tuple(part for part in parts if part != "timeseries")
    chosen = {part: document[part] for part in parts}
    rows = sum(len(value) if isinstance(value, list) else 1 for value in chosen.values())
    if is_csv:
        return Export(csv_document(chosen, parts, formulas=formulas).encode(), rows)
    return Export((json.dumps(chosen, ensure_ascii=False, indent=2) + "\n").encode(), rows)


def _insights(client: Any, export_type: str) -> Export:
    column, days = _INSIGHTS[export_type]
    text = client.command(
        f"select {column} from `{settings.database('marts')}`.v_insight_documents "
        "where organization_id = '' and days = {days:UInt16}",
        parameters={"days": days},
    )
    document = json.loads(str(text))
    return Export((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), 1)


def _parquet(client: Any) -> Export:
    marts = settings.database("marts")
    content = client.raw_query(f"select * from `{marts}`.v_models order by position", fmt="Parquet")
    return Export(content, int(client.command(f"select count() from `{marts}`.v_models")))


def _workbook(client: Any, export_type: str) -> Export:
    marts = settings.database("marts")
    names = [name for part in TYPES[export_type] for name in _SHEETS[part]]
    if export_type == "complete":
        names += _MORE_SHEETS
    tables: dict[str, Table] = {}
    for name in names:
        found = client.query(f"select * from `{marts}`.{name} order by all")
        tables[name] = (found.column_names, found.result_rows)
    return Export(sheets(client, tables), sum(len(rows) for _, rows in tables.values()))
