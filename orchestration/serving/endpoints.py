"""The documents' endpoints, each declared once: its parameters, its query, the shape of its answer.

What validates a request and what describes it (``openapi.py``) are the same declarations.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.exporting.sections import csv_document

__all__ = ["ENDPOINTS", "Endpoint", "NotFoundError", "Parameter", "WrongParameterError"]

_LONGEST = 1000
Rows = list[dict[str, Any]]


class NotFoundError(Exception):
    """There is nothing to answer with."""


class WrongParameterError(Exception):
    """A parameter that is not valid.

    Parameters
    ----------
    name : str
        The parameter.
    reason : str
        What is wrong with it.
    allowed : object
        What it may be.
    """

    def __init__(self, name: str, reason: str, allowed: object):
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.allowed = allowed


@dataclass(frozen=True)
class Parameter:
    """A parameter of an endpoint, which is bound in its query as a text.

    Attributes
    ----------
    name, description : str
        As the document has it, and what it is for.
    is_in_path : bool
        Whether it is part of the path.
    default : str
        What stands for it if it is not given.
    """

    name: str
    description: str
    is_in_path: bool = False
    default: str = ""

    def checked(self, given: Mapping[str, str]) -> str:
        """Return the value.

        Raises
        ------
        WrongParameterError
            If it is longer than any name.
        """
        value = given.get(self.name, self.default)
        if len(value) > _LONGEST or "\0" in value:
            raise WrongParameterError(
                self.name, "it is no name", f"a text of at most {_LONGEST} characters"
            )
        return value

    def described(self) -> dict[str, Any]:
        """Return it as OpenAPI has it."""
        return {
            "name": self.name,
            "in": "path" if self.is_in_path else "query",
            "required": self.is_in_path,
            "description": self.description,
            "schema": {
                "type": "string",
                "maxLength": _LONGEST,
                **({} if self.is_in_path else {"default": self.default}),
            },
        }


@dataclass(frozen=True)
class Endpoint:
    """An endpoint: one query, and what becomes of its rows.

    Attributes
    ----------
    path, summary : str
        Where it is, and what it answers.
    parameters : tuple of Parameter
        What the query is bound with.
    sql : str
        The query.
    shape : callable
        Makes the answer from the rows.
    file_name : str
        Name of the file, where the answer is to be saved as one.
    answer_type : str
        ``object``, ``array`` or ``string``.
    media_type : str
        What the answer is sent as; a text is sent as it is.
    """

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    sql: str
    shape: Callable[[Rows], Any]
    file_name: str = ""
    answer_type: str = "object"
    media_type: str = "application/json"

    def bound(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values of the parameters.

        Raises
        ------
        WrongParameterError
            If one is not valid, or there is no such parameter.
        """
        names = {parameter.name for parameter in self.parameters}
        for name in given:
            if name not in names:
                raise WrongParameterError(name, "there is no such parameter", sorted(names))
        return {parameter.name: parameter.checked(given) for parameter in self.parameters}


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
                format,
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
)
