"""One export: a format, a type, and for series what they are of."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.exporting.cells import cell
from orchestration.exporting.sections import csv_document

__all__ = ["FORMATS", "TYPES", "Series", "export"]

FORMATS = ("json", "csv", "parquet")
# Type: its parts of document C's document, in order.
TYPES = {
    "complete": ("summary", "projects", "models", "timeseries"),
    "overview": ("summary",),
    "timeseries": ("timeseries",),
    "model_comparison": ("models",),
}
_NOT_IN_CSV = ("timeseries",)


@dataclass(frozen=True)
class Series:
    """The days of a series that are asked for.

    Attributes
    ----------
    start, end : datetime.date or None
        First and last day; by default the days of document C's.
    scope : str
        What it is of, such as ``project:shop``.
    metrics : tuple of str
        Columns of ``mart_daily_metrics``; by default document C's.
    """

    start: date | None = None
    end: date | None = None
    scope: str = "total"
    metrics: tuple[str, ...] = ()


DOCUMENTS_SERIES = Series()


def export(
    client: Any,
    export_format: str,
    export_type: str,
    series: Series = DOCUMENTS_SERIES,
    *,
    formulas: bool = False,
) -> bytes:
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
    if is_chosen and export_type != "timeseries":
        raise BadInputError(
            "--start, --end, --scope and --metrics choose days of a series: add --type timeseries."
        )
    if export_format == "parquet" and export_type not in ("timeseries", "model_comparison"):
        raise BadInputError(
            "A Parquet file holds one table: add --type timeseries or --type model_comparison."
        )
    if not client.command(f"exists table `{settings.database('marts')}`.v_analytics"):
        raise BadInputError("There are no marts yet: run `tokenhouse build` first.")
    if export_type == "timeseries" and (is_chosen or export_format != "json"):
        return _series(client, export_format, series, formulas=formulas)
    if export_format == "parquet":
        return client.raw_query(
            f"select * from `{settings.database('marts')}`.v_models order by position",
            fmt="Parquet",
        )
    if export_format == "csv":
        parts = tuple(part for part in TYPES[export_type] if part not in _NOT_IN_CSV)
        return csv_document(client, parts, formulas=formulas).encode()
    text = client.command(f"select export_json from `{settings.database('marts')}`.v_analytics")
    document = json.loads(str(text))
    chosen = {part: document[part] for part in TYPES[export_type]}
    return (json.dumps(chosen, ensure_ascii=False, indent=2) + "\n").encode()


def _series(client: Any, export_format: str, series: Series, *, formulas: bool) -> bytes:
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
    if export_format == "parquet":
        return client.raw_query(query, parameters=parameters, fmt="Parquet")
    result = client.query(query, parameters=parameters)
    if not result.result_rows:
        raise BadInputError(
            f"There is no day of {series.scope} between {parameters['start']} and "
            f"{parameters['end']}."
        )
    if export_format == "json":
        days = [
            {name: _plain(value) for name, value in row.items()} for row in result.named_results()
        ]
        return (json.dumps({"timeseries": days}, ensure_ascii=False, indent=2) + "\n").encode()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(result.column_names)
    rows = result.result_rows
    writer.writerows([[cell(value, formulas=formulas) for value in row] for row in rows])
    return text.getvalue().encode()


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
    return list(metrics) or [
        "run_count",
        "total_tokens",
        "cost_usd",
        "qa_passed_count",
        "qa_warning_count",
        "qa_failed_count",
    ]


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: money as a number, a day as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value) if isinstance(value, date) else float(value)
