"""The documents' endpoints, each declared once: its parameters, its query, the shape of its answer.

What validates a request and what describes it (``/api/openapi.json``) are the same declarations.
"""

import json
from typing import Any

from orchestration.serving.declaring import (
    Endpoint,
    NotFoundError,
    Parameter,
    Rows,
    WrongParameterError,
)
from orchestration.serving.insights import INSIGHT_ENDPOINTS

__all__ = ["ENDPOINTS", "Endpoint", "NotFoundError", "Parameter", "WrongParameterError", "openapi"]


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
    *INSIGHT_ENDPOINTS,
)


def openapi(version: str) -> dict[str, Any]:
    """Return the description of all endpoints, as OpenAPI 3.1.

    Parameters
    ----------
    version : str
        Version of the project.
    """
    error = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}, "field": {"type": "string"}, "allowed": {}},
    }
    failure = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    paths = {
        endpoint.path: {
            "get": {
                "summary": endpoint.summary,
                "parameters": [parameter.described() for parameter in endpoint.parameters],
                "responses": {
                    "200": {
                        "description": "The answer.",
                        "content": {"application/json": {"schema": {"type": endpoint.answer_type}}},
                    },
                    "405": {"description": "Only GET is supported.", **failure},
                    "401": {"description": "A password is needed.", **failure},
                    "403": {"description": "The password is wrong.", **failure},
                    "404": {"description": "There is no such thing.", **failure},
                    "422": {"description": "A parameter is not valid.", **failure},
                    "503": {"description": "Too many queries, or no build yet.", **failure},
                },
            }
        }
        for endpoint in ENDPOINTS
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "tokenhouse", "version": version},
        "paths": paths,
        "components": {
            "schemas": {"Error": error},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{}, {"basic": []}, {"bearer": []}],
    }
