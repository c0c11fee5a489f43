"""The page of one run: its figures, its earlier runs, where the time went, its calls."""

from datetime import datetime
from typing import Any

__all__ = ["RUN", "RUN_CALLS", "RUN_SPANS", "where_the_time_went"]

Rows = list[dict[str, Any]]

RUN = """
    select run_id, source, source_run_id, workflow_id, project, status, started_at, ended_at,
        total_cost_usd, total_duration_ms, total_tokens, call_count, error_count, input_category,
        input_chars, calibrated_anomaly_reason, is_calibrated_anomaly, documents_cost_explanation,
        workflow_avg_cost_usd, cluster_avg_cost_usd, genus_avg_cost_usd, species_avg_cost_usd,
        workflow_run_count, cluster_run_count, genus_run_count, species_run_count,
        predicted_cost_usd, predicted_cost_low_80_usd, predicted_cost_high_80_usd, models_used
    from run_analytics
    where run_id = {run_id:String}
    limit 1
"""
RUN_CALLS = """
    select call_id, model, step_name, called_at, duration_ms, cost_usd, cost_source, error_type,
        input_tokens, output_tokens, cache_read_tokens
    from fct_calls
    where run_id = {run_id:String}
    order by called_at, call_id
    limit 200
"""
RUN_SPANS = """
    select span_id, parent_span_id, span_name, operation_type, model, depth, duration_ms,
        self_duration_ms, started_at, is_on_critical_path, is_error, is_in_loop, error_type
    from fct_spans
    where run_id = {run_id:String}
    order by started_at, depth, span_id
    limit 300
"""
WIDTH = 400
_MILLISECONDS = 1000


def where_the_time_went(spans: Rows, calls: Rows) -> dict[str, Any]:
    """Return the tree of the spans on one line of time; without spans the calls stand for them.

    Parameters
    ----------
    spans, calls : list of dict
        Rows of :data:`RUN_SPANS` and :data:`RUN_CALLS`.
    """
    rows = _in_tree(spans) if spans else [_as_span(call) for call in calls]
    timed = [row for row in rows if row["duration_ms"] is not None and row["started_at"]]
    if not timed:
        return {"rows": [], "width": WIDTH, "has_path": False, "total_ms": None}
    begin = min(_at(row["started_at"]) for row in timed)
    end = max(_at(row["started_at"]) + float(row["duration_ms"]) for row in timed)
    scale = WIDTH / ((end - begin) or 1.0)
    return {
        "rows": [
            row
            | {
                "x": round((_at(row["started_at"]) - begin) * scale, 1),
                "bar": max(1.5, round(float(row["duration_ms"]) * scale, 1)),
                "indent": 12 * min(int(row["depth"]), 8),
            }
            for row in timed
        ],
        "width": WIDTH,
        "has_path": bool(spans),
        "total_ms": end - begin,
    }


def _in_tree(spans: Rows) -> Rows:
    """Return spans with their children behind them, each level in the order of time."""
    known = {span["span_id"] for span in spans}
    children: dict[str, Rows] = {}
    roots = []
    for span in spans:
        parent = span["parent_span_id"]
        if parent in known and parent != span["span_id"]:
            children.setdefault(parent, []).append(span)
        else:
            roots.append(span)
    ordered, waiting = [], list(reversed(roots))
    while waiting:
        span = waiting.pop()
        ordered.append(span)
        waiting.extend(reversed(children.pop(span["span_id"], [])))
    # What is its own ancestor is in no tree, and shown at the end.
    return ordered + [span for left in children.values() for span in left]


def _as_span(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "span_name": call["step_name"] or call["model"],
        "operation_type": "call",
        "model": call["model"],
        "depth": 0,
        "duration_ms": call["duration_ms"],
        "started_at": call["called_at"],
        "is_on_critical_path": False,
        "is_error": bool(call["error_type"]),
        "is_in_loop": False,
    }


def _at(value: Any) -> float:
    """Return a moment in milliseconds."""
    return datetime.fromisoformat(str(value)).timestamp() * _MILLISECONDS
