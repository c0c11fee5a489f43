"""The daily series of a scope."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.exporting.sections import csv_table
from orchestration.exporting.workbook import sheets

__all__ = ["DOCUMENTS_SERIES", "Export", "Series", "export_series"]

_USUAL_METRICS = (
    "run_count",
    "total_tokens",
    "cost_usd",
    "qa_passed_count",
    "qa_warning_count",
    "qa_failed_count",
)


@dataclass(frozen=True)
class Series:
    """The days that are asked for.

    Attributes
    ----------
    start, end : datetime.date or None
        First and last day; by default the days of document C's.
    scope : str
        What a series is of, such as ``project:shop``.
    metrics : tuple of str
        Columns of ``mart_daily_metrics``; by default document C's.
    """

    start: date | None = None
    end: date | None = None
    scope: str = "total"
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Export:
    """What is written.

    Attributes
    ----------
    content : bytes
        The file.
    row_count : int
        Rows of the tables in it.
    """

    content: bytes
    row_count: int


DOCUMENTS_SERIES = Series()


def export_series(client: Any, export_format: str, series: Series) -> Export:
    """Return a series.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    export_format : str
        ``json``, ``csv``, ``parquet`` or ``xlsx``.
    series : Series
        Which days and metrics.

    Raises
    ------
    BadInputError
        If there is no such day, or no such metric.
    """
    marts = settings.database("marts")
    [(first, last)] = client.query(
        f"select toString(min(date)), toString(max(date)) from `{marts}`.v_timeseries"
    ).result_rows
    columns = _metrics(client, series.metrics)
    query = (
        f"select date, {', '.join(columns)} from `{marts}`.mart_daily_metrics "
        "where scope_id = {scope:String} and date between {start:Date} and {end:Date} order by date"
    )
    parameters = {
        "scope": series.scope,
        "start": str(series.start or first),
        "end": str(series.end or last),
    }
    result = client.query(query, parameters=parameters)
    rows, names = result.result_rows, result.column_names
    if not rows and series != DOCUMENTS_SERIES:
        raise BadInputError(
            f"There is no day of {series.scope} between {parameters['start']} and "
            f"{parameters['end']}."
        )
    if export_format == "parquet":
        content = client.raw_query(query, parameters=parameters, fmt="Parquet")
        return Export(content, len(rows))
    if export_format == "xlsx":
        tables = {"mart_daily_metrics": (names, rows)}
        return Export(sheets(client, tables), len(rows))
    if export_format == "csv":
        return Export(csv_table([names, *rows]).encode(), len(rows))
    days = [dict(zip(names, map(_plain, row), strict=True)) for row in rows]
    text = json.dumps({"timeseries": days}, ensure_ascii=False, indent=2) + "\n"
    return Export(text.encode(), len(rows))


def _metrics(client: Any, metrics: Sequence[str]) -> list[str]:
    known = [
        name
        for (name,) in client.query(
            "select name from system.columns where database = {database:String} "
            "and table = 'mart_daily_metrics' order by position",
            parameters={"database": settings.database("marts")},
        ).result_rows
        if not name.startswith("scope_") and name != "date"
    ]
    unknown = [name for name in metrics if name not in known]
    if unknown:
        raise BadInputError(
            f"There is no metric {', '.join(unknown)}; there are {', '.join(known)}."
        )
    return list(metrics or _USUAL_METRICS)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: money as a number, a day as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value) if isinstance(value, date) else float(value)
