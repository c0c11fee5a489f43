"""What can be sent to the endpoints: traces, evaluations, experiments, cohorts, exports."""

import uuid
from collections.abc import Mapping
from typing import Any

from orchestration.serving.accepting import Field, Writable

__all__ = ["EXPORT", "WRITABLES"]


def _trace(body: dict[str, Any], path: Mapping[str, str], now: str) -> dict[str, Any]:
    return {"created_at": now, **body}


def _evaluation(body: dict[str, Any], path: Mapping[str, str], now: str) -> dict[str, Any]:
    """Return a row of its own, or the newest one of an id that is given."""
    return {"id": str(uuid.uuid4()), "created_at": now, **body, "updated_at": now}


_EXPERIMENT_KEYS = (
    Field("hypothesis"),
    Field("randomised_unit"),
    Field("control_variant"),
    Field("primary_metric"),
    Field("guardrail_metrics", "texts"),
    Field("planned_split"),
    Field("started_at"),
    Field("planned_end_at"),
    Field("planned_units", "number"),
    Field("min_effect", "number"),
    Field("status", allowed=("draft", "running", "stopped")),
    Field("owner"),
    Field("decision"),
)


def _experiment(body: dict[str, Any], path: Mapping[str, str], now: str) -> dict[str, Any]:
    """Return a whole row: the newest one is the experiment."""
    empty = {field.name: "" for field in _EXPERIMENT_KEYS if field.kind == "text"}
    return {**empty, "status": "draft", **body, **path, "updated_at": now}


def _deleted(body: dict[str, Any], path: Mapping[str, str], now: str) -> dict[str, Any]:
    return {"hypothesis": "", **path, "status": "deleted", "updated_at": now}


def _cohort(body: dict[str, Any], path: Mapping[str, str], now: str) -> dict[str, Any]:
    return {**body, "updated_at": now}


_EXPERIMENTS = "/api/analytics/experiments"
WRITABLES = (
    Writable(
        method="POST",
        path="/api/analytics/traces",
        summary="Capture a span of a trace (document E).",
        file="traces",
        fields=(
            Field("trace_id", is_required=True),
            Field("span_name", is_required=True),
            Field("duration_ms", "number", is_required=True),
            Field("operation_type", is_required=True),
            Field("model_name"),
            Field("parent_trace_id"),
            Field("span_id"),
            Field("parent_span_id"),
            Field("conversation_id"),
            Field("status"),
            Field("error_type"),
            Field("started_at"),
            Field("metadata", "object"),
        ),
        record=_trace,
    ),
    Writable(
        method="POST",
        path="/api/analytics/evaluations",
        summary="Rate or judge a message; with the id of an earlier one, change that (document E).",
        file="evaluations",
        fields=(
            Field("message_id", is_required=True),
            Field("id"),
            Field("conversation_id"),
            Field("evaluator_id"),
            Field("rating", "number", least=1, most=5),
            Field("success", "truth"),
            Field("failure_tags", "texts"),
        ),
        record=_evaluation,
        one_of=("rating", "success", "failure_tags"),
    ),
    Writable(
        method="POST",
        path=_EXPERIMENTS,
        summary="Register an experiment, as a draft unless it says otherwise (document E).",
        file="experiments",
        fields=(Field("experiment_name", is_required=True), *_EXPERIMENT_KEYS),
        record=_experiment,
    ),
    Writable(
        method="PUT",
        path=_EXPERIMENTS + "/{experiment_name}",
        summary="Replace what is registered of an experiment (document E).",
        file="experiments",
        fields=_EXPERIMENT_KEYS,
        record=_experiment,
    ),
    Writable(
        method="DELETE",
        path=_EXPERIMENTS + "/{experiment_name}",
        summary="Take an experiment off the list; its runs stay (document E).",
        file="experiments",
        fields=(),
        record=_deleted,
    ),
    Writable(
        method="POST",
        path="/api/analytics/cohorts",
        summary="Write a criterion of a cohort of users, or take it away (document E).",
        file="cohorts",
        fields=(
            Field("cohort_name", is_required=True),
            Field("field", is_required=True),
            Field("operator", is_required=True),
            Field("value", is_required=True),
            Field("reason"),
            Field("status", allowed=("active", "deleted")),
        ),
        record=_cohort,
    ),
)

EXPORT = Writable(
    method="POST",
    path="/api/analytics/export",
    summary="Write an export to a file, and say where it can be downloaded (document E).",
    file="",
    fields=(
        Field("format", is_required=True, allowed=("csv", "json", "report")),
        Field(
            "exportType",
            is_required=True,
            allowed=("overview", "timeseries", "complete", "model_comparison"),
        ),
        Field("startDate"),
        Field("endDate"),
        Field("includedMetrics", "texts"),
    ),
    record=_trace,
)
"""Answered with the document's six keys, and not with 202: its file is there at once."""
