"""Superset's bundle: database, a dataset per mart, charts and a dashboard, as it imports them."""

import io
import uuid
import zipfile
from typing import Any

import yaml

from orchestration.bundles.charts import CHARTS, Chart
from orchestration.bundles.marts import Mart, public_marts

__all__ = ["superset_bundle", "superset_files"]

_ROOT = "tokenhouse"
_NAMES = uuid.UUID("6f1c2f0e-9d0b-4b0e-8f38-0d6f5a2a7f5e")
# Superset asks for a moment; its own is used only to tell exports apart.
_STAMP = "2026-01-01T00:00:00+00:00"
_VERSION = "1.0.0"
_VIZ = {
    "number": "big_number_total",
    "line": "echarts_timeseries_line",
    "bars": "echarts_timeseries_bar",
    "table": "table",
}
_FORMATS = {"usd": "$,.2f", "ms": "DURATION", "share": ".1%", "count": ",d"}
_UNITS = (("_usd", "$,.2f"), ("_share", ".1%"), ("_ms", "DURATION"), ("_count", ",d"))
_SUMMED = ("_usd", "_tokens", "_count")
_ROW_HEIGHT, _COLUMNS = 50, 12


def superset_bundle(host: str, port: int) -> bytes:
    """Return the bundle: a zip for Superset's "Import dashboards".

    Parameters
    ----------
    host, port : str and int
        Where `tokenhouse serve`, or a ClickHouse server, answers.
    """
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in superset_files(host, port).items():
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            archive.writestr(zipfile.ZipInfo(f"{_ROOT}/{name}"), text)
    return zipped.getvalue()


def superset_files(host: str, port: int) -> dict[str, dict[str, Any]]:
    """Return the bundle's files by their path.

    Parameters
    ----------
    host, port : str and int
        Where the database answers.
    """
    files: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": _VERSION, "type": "Dashboard", "timestamp": _STAMP},
        "databases/tokenhouse.yaml": {
            "database_name": "tokenhouse",
            "sqlalchemy_uri": f"clickhousedb://default@{host}:{port}/marts",
            "expose_in_sqllab": True,
            "allow_run_async": False,
            "allow_ctas": False,
            "allow_cvas": False,
            "allow_dml": False,
            "extra": {"allows_virtual_table_explore": True},
            "uuid": _id("database"),
            "version": _VERSION,
        },
    }
    for mart in public_marts():
        files[f"datasets/tokenhouse/{mart.name}.yaml"] = _dataset(mart)
    for chart in CHARTS:
        files[f"charts/{chart.name}.yaml"] = _chart(chart)
    files["dashboards/tokenhouse.yaml"] = {
        "dashboard_title": "tokenhouse",
        "description": "What LLM work costs, how well it works, and what needs somebody.",
        "slug": "tokenhouse",
        "uuid": _id("dashboard"),
        "position": _position(),
        "metadata": {"color_scheme": "supersetColors", "refresh_frequency": 60},
        "version": _VERSION,
    }
    return files


def _id(name: str) -> str:
    """Return an id that stays: an import again replaces what is there."""
    return str(uuid.uuid5(_NAMES, name))


def _dataset(mart: Mart) -> dict[str, Any]:
    days = [name for name, kind, _ in mart.columns if _is_time(kind)]
    charted = next((chart.day for chart in CHARTS if chart.mart == mart.name and chart.day), None)
    metrics = [_metric("count", "count()", "Rows", ",d")]
    for chart in CHARTS:
        if chart.mart == mart.name:
            for name, formula in chart.metrics.items():
                metrics.append(_metric(name, formula, chart.description, _FORMATS[chart.unit]))
    known = {metric["metric_name"] for metric in metrics}
    for name, _, description in mart.columns:
        if name.endswith(_SUMMED) and f"sum_{name}" not in known:
            metrics.append(_metric(f"sum_{name}", f"sum({name})", description, _format(name)))
    return {
        "table_name": mart.name,
        "main_dttm_col": charted or (days[0] if days else None),
        "description": mart.description,
        "schema": "marts",
        "sql": None,
        "filter_select_enabled": True,
        "uuid": _id(f"dataset/{mart.name}"),
        "metrics": metrics,
        "columns": [
            {
                "column_name": name,
                "is_dttm": _is_time(kind),
                "is_active": True,
                "type": kind,
                "groupby": True,
                "filterable": True,
                "description": description,
            }
            for name, kind, description in mart.columns
        ],
        "version": _VERSION,
        "database_uuid": _id("database"),
    }


def _metric(name: str, formula: str, description: str, shown: str) -> dict[str, Any]:
    return {
        "metric_name": name,
        "verbose_name": name.replace("_", " ").capitalize(),
        "expression": formula,
        "description": description,
        "d3format": shown,
    }


def _format(name: str) -> str:
    return next((shown for end, shown in _UNITS if name.endswith(end)), ",d")


def _is_time(kind: str) -> bool:
    return kind.removeprefix("Nullable(").startswith("Date")


def _chart(chart: Chart) -> dict[str, Any]:
    conditions = []
    if chart.where:
        conditions.append(
            {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": chart.where}
        )
    params: dict[str, Any] = {"viz_type": _VIZ[chart.kind], "adhoc_filters": conditions}
    if chart.kind == "table":
        params |= {
            "query_mode": "raw",
            "all_columns": list(chart.columns),
            "row_limit": 100,
            "order_by_cols": [],
        }
    elif chart.kind == "number":
        params |= {"metric": next(iter(chart.metrics)), "y_axis_format": _FORMATS[chart.unit]}
    else:
        params |= {
            "x_axis": chart.day,
            "time_grain_sqla": "P1D",
            "metrics": list(chart.metrics),
            "groupby": [chart.series] if chart.series else [],
            "row_limit": 10_000,
            "y_axis_format": _FORMATS[chart.unit],
            "stack": "Stack" if chart.kind == "bars" else None,
        }
    return {
        "slice_name": chart.title,
        "description": chart.description,
        "viz_type": _VIZ[chart.kind],
        "params": params,
        "cache_timeout": None,
        "uuid": _id(f"chart/{chart.name}"),
        "version": _VERSION,
        "dataset_uuid": _id(f"dataset/{chart.mart}"),
    }


def _position() -> dict[str, Any]:
    """Return the charts in rows of twelve columns."""
    rows: list[list[Chart]] = [[]]
    for chart in CHARTS:
        if sum(one.width for one in rows[-1]) + chart.width > _COLUMNS:
            rows.append([])
        rows[-1].append(chart)
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": "tokenhouse"}},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "children": [f"ROW-{number}" for number in range(len(rows))],
            "parents": ["ROOT_ID"],
        },
    }
    for number, row in enumerate(rows):
        position[f"ROW-{number}"] = {
            "type": "ROW",
            "id": f"ROW-{number}",
            "children": [f"CHART-{chart.name}" for chart in row],
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart in row:
            position[f"CHART-{chart.name}"] = {
                "type": "CHART",
                "id": f"CHART-{chart.name}",
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", f"ROW-{number}"],
                "meta": {
                    "width": chart.width,
                    "height": _ROW_HEIGHT if chart.kind != "number" else _ROW_HEIGHT // 2,
                    "uuid": _id(f"chart/{chart.name}"),
                    # Superset asks for a number, and puts its own in place of it.
                    "chartId": CHARTS.index(chart) + 1,
                    "sliceName": chart.title,
                },
            }
    return position
