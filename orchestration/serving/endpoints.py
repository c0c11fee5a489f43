"""The documents' endpoints, each declared once: its parameters, its query, the shape of its answer.

What validates a request and what describes it (``openapi.py``) are the same declarations.
"""

import json
from dataclasses import replace
from typing import Any

from orchestration.exporting.sections import csv_document
from orchestration.serving.chat import CHAT_ENDPOINTS
from orchestration.serving.declaring import (
    Endpoint,
    NotFoundError,
    Parameter,
    Rows,
    WrongParameterError,
)
from orchestration.serving.insights import INSIGHT_ENDPOINTS

__all__ = ["ENDPOINTS", "Endpoint", "NotFoundError", "Parameter", "WrongParameterError"]


def _session(rows: Rows) -> dict[str, Any]:
    """Join the answers of documents A and B: both have the keys that either asks for."""
    if not rows:
        raise NotFoundError("No analytics found")
    return _joined(json.loads(rows[0]["insights_json"]), json.loads(rows[0]["session_json"]))


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    joined = dict(first)
    for key, value in second.items():
        both = isinstance(value, dict) and isinstance(joined.get(key), dict)
        joined[key] = _joined(joined[key], value) if both else value
    return joined


def _document(rows: Rows) -> Any:
    """Return the answer that a view has as JSON."""
    if not rows:
        raise NotFoundError("No analytics found")
    return json.loads(rows[0]["answer"])


def _csv(rows: Rows) -> str:
    """Return document C's sections from its JSON document."""
    return csv_document(_document(rows), ("summary", "projects", "models"))


def _of_dashboard(name: str, summary: str) -> Endpoint:
    """Return an endpoint of document C, whose answers are columns of one view."""
    return Endpoint(
        path=f"/api/analytics/{name.replace('_', '/')}",
        summary=f"{summary} (document C).",
        parameters=(),
        sql=f"select {name.removesuffix('_json')}_json as answer from v_analytics",
        shape=_document,
        file_name="analytics.json" if name == "export_json" else "",
        answer_type="array" if name in ("projects", "models") else "object",
    )


ENDPOINTS = (
    _of_dashboard("summary", "Totals of runs, jobs, tokens, cost, quality and budget"),
    _of_dashboard("projects", "What each project cost"),
    _of_dashboard("models", "What each model cost"),
    _of_dashboard("timeseries", "Runs, tokens, cost and quality by day"),
    _of_dashboard("qa", "How many runs passed"),
    _of_dashboard("export_json", "All of it as a file"),
    Endpoint(
        path="/api/analytics/export/csv",
        summary="Totals, projects and models as a file of three sections (document C).",
        parameters=(),
        sql="select export_json as answer from v_analytics",
        shape=_csv,
        file_name="analytics.csv",
        answer_type="string",
        media_type="text/csv; charset=utf-8",
    ),
    Endpoint(
        path="/api/analytics/exports",
        summary="What was exported to files by the last build, the newest first (document E).",
        parameters=(),
        sql="""
            select
                export_id as exportId,
                export_format as format,
                export_type as exportType,
                scope,
                start_date as startDate,
                end_date as endDate,
                included_metrics as includedMetrics,
                file_name as fileName,
                file_bytes as fileSize,
                row_count as rowCount,
                download_path as downloadUrl,
                created_at as createdAt,
                expires_at as expiresAt
            from mart_exports
            order by created_at desc, export_id
        """,
        shape=list,
        answer_type="array",
    ),
    Endpoint(
        path="/api/analytics/session/{session_id}",
        summary="What one session cost, and how that compares (documents A and B).",
        parameters=(
            Parameter("session_id", "The session or run id, as its source wrote it.", True),
            Parameter("source", "The source, where several have a session of this id."),
        ),
        sql="""
            select session_json, insights_json
            from v_session_analytics
            where
                session_id = {session_id:String}
                and ({source:String} = '' or source = {source:String})
            order by source
            limit 1
        """,
        shape=_session,
    ),
    *(replace(endpoint, is_kept=True) for endpoint in CHAT_ENDPOINTS),
    *INSIGHT_ENDPOINTS,
)
