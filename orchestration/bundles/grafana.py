"""Grafana's bundle: a data source of the official ClickHouse plugin, a dashboard, alert rules."""

import io
import json
import zipfile
from typing import Any

import yaml

from orchestration.bundles.charts import CHARTS, Chart, sql

__all__ = ["alert_rules", "dashboard", "grafana_bundle", "source"]

_TYPE = "grafana-clickhouse-datasource"
_UID = "tokenhouse"
_PANELS = {"number": "stat", "line": "timeseries", "bars": "timeseries", "table": "table"}
_UNITS = {"usd": "currencyUSD", "ms": "ms", "share": "percentunit", "count": "short"}
_COLUMNS, _ROW_HEIGHT, _NUMBER_HEIGHT = 24, 8, 4
_RULES = (
    (
        "budgets",
        "A budget is spent",
        "select count() as value from mart_budgets where is_current and risk = 'breached'",
    ),
    (
        "outages",
        "A workflow has been failing",
        "select count() as value from mart_outages where is_open",
    ),
    (
        "alerts",
        "A critical alert is open",
        "select count() as value from mart_alerts where is_active and severity = 'critical'",
    ),
)


def grafana_bundle(host: str, port: int) -> bytes:
    """Return the bundle: a zip of files to be put into Grafana's provisioning folder.

    Parameters
    ----------
    host, port : str and int
        Where `tokenhouse serve`, or a ClickHouse server, answers.
    """
    provider = {
        "apiVersion": 1,
        "providers": [
            {
                "name": "tokenhouse",
                "type": "file",
                "options": {"path": "/etc/grafana/provisioning/dashboards"},
            }
        ],
    }
    files = {
        "datasources/tokenhouse.yaml": _yaml(source(host, port)),
        "dashboards/tokenhouse.yaml": _yaml(provider),
        "dashboards/tokenhouse.json": json.dumps(dashboard(), indent=2) + "\n",
        "alerting/tokenhouse.yaml": _yaml(alert_rules()),
    }
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return zipped.getvalue()


def source(host: str, port: int) -> dict[str, Any]:
    """Return the data source.

    Parameters
    ----------
    host, port : str and int
        Where it answers.
    """
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": "tokenhouse",
                "uid": _UID,
                "type": _TYPE,
                "access": "proxy",
                "jsonData": {
                    "host": host,
                    "port": port,
                    "protocol": "http",
                    "secure": False,
                    "username": "default",
                    "defaultDatabase": "marts",
                },
                "secureJsonData": {"password": ""},
            }
        ],
    }


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    panels, x, y, height = [], 0, 0, 0
    for number, chart in enumerate(CHARTS, 1):
        width = chart.width * _COLUMNS // 12
        if x + width > _COLUMNS:
            x, y, height = 0, y + height, 0
        own = _NUMBER_HEIGHT if chart.kind == "number" else _ROW_HEIGHT
        panels.append(_panel(number, chart, {"x": x, "y": y, "w": width, "h": own}))
        x, height = x + width, max(height, own)
    return {
        "title": "tokenhouse",
        "uid": "tokenhouse",
        "schemaVersion": 39,
        "tags": ["tokenhouse"],
        "timezone": "utc",
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-30d", "to": "now"},
        "panels": panels,
    }


def _panel(number: int, chart: Chart, place: dict[str, int]) -> dict[str, Any]:
    custom = {"drawStyle": "bars", "fillOpacity": 80, "stacking": {"mode": "normal", "group": "A"}}
    panel: dict[str, Any] = {
        "id": number,
        "type": _PANELS[chart.kind],
        "title": chart.title,
        "description": chart.description,
        "gridPos": place,
        "datasource": {"type": _TYPE, "uid": _UID},
        "fieldConfig": {
            "defaults": {
                "unit": _UNITS[chart.unit] if chart.kind != "table" else "short",
                "custom": custom if chart.kind == "bars" else {},
            },
            "overrides": [],
        },
        "options": {},
        "targets": [_target(sql(chart, f"$__dateFilter({chart.day})" if chart.day else ""))],
    }
    if chart.series:
        # One column of the series becomes a line each.
        panel["transformations"] = [{"id": "prepareTimeSeries", "options": {"format": "multi"}}]
    return panel


def _target(text: str, ref: str = "A") -> dict[str, Any]:
    return {
        "refId": ref,
        "datasource": {"type": _TYPE, "uid": _UID},
        "editorType": "sql",
        "queryType": "table",
        "format": 1,
        "rawSql": text,
    }


def alert_rules() -> dict[str, Any]:
    """Return the alert rules: each counts what should be none."""
    rules = []
    for name, title, text in _RULES:
        asked = {
            "refId": "A",
            "relativeTimeRange": {"from": 600, "to": 0},
            "datasourceUid": _UID,
            "model": _target(text),
        }
        threshold = {
            "refId": "B",
            "datasourceUid": "__expr__",
            "model": {
                "refId": "B",
                "type": "threshold",
                "expression": "A",
                "conditions": [{"evaluator": {"type": "gt", "params": [0]}}],
            },
        }
        rules.append(
            {
                "uid": f"tokenhouse-{name}",
                "title": title,
                "condition": "B",
                "data": [asked, threshold],
                "for": "0s",
                "noDataState": "OK",
                "execErrState": "Error",
                "labels": {"source": "tokenhouse"},
                "annotations": {"summary": f"{title}: {{{{ $values.A.Value }}}}."},
            }
        )
    group = {
        "orgId": 1,
        "name": "tokenhouse",
        "folder": "tokenhouse",
        "interval": "5m",
        "rules": rules,
    }
    return {"apiVersion": 1, "groups": [group]}


def _yaml(value: dict[str, Any]) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
