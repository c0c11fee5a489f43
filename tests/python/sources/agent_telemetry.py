"""What coding agents send over OpenTelemetry: events, spans and counters of the same calls."""

from typing import Any

__all__ = ["DAY_NS", "call_event", "codex_event", "counter", "logs", "request_span", "spans"]

DAY_NS = 86_400 * 10**9
# 2026-09-21, an hour after midnight (UTC).
START_NS = 1_790_000_000 * 10**9 - 1_790_000_000 % 86_400 * 10**9 + 3_600 * 10**9
CLAUDE = "com.anthropic.claude_code"
TOKENS = {"input_tokens": 3, "output_tokens": 100, "cache_read_tokens": 4_000}
TOKENS |= {"cache_creation_tokens": 200}


def attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return OTLP's list of keys and typed values."""
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return [
        {"key": key, "value": {kinds[type(value)]: str(value) if type(value) is int else value}}
        for key, value in values.items()
    ]


def logs(records: list[dict[str, Any]], scope: str = f"{CLAUDE}.events") -> dict[str, Any]:
    """Return a document of log records."""
    scopes = [{"scope": {"name": scope}, "logRecords": records}]
    resource = {"attributes": attributes({"service.name": "claude-code"})}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": scopes}]}


def call_event(session: str, second: int, **values: Any) -> dict[str, Any]:
    """Return Claude Code's event of a call."""
    recorded = {
        "event.name": "api_request",
        "session.id": session,
        "model": "claude-sonnet-4-5",
        "duration_ms": 900,
    }
    return {
        "timeUnixNano": str(START_NS + second * 10**9),
        "body": {"stringValue": "claude_code.api_request"},
        "attributes": attributes(recorded | TOKENS | values),
    }


def codex_event(conversation: str, second: int, kind: str, **values: Any) -> dict[str, Any]:
    """Return an event of Codex, which writes numbers as texts."""
    recorded = {
        "event.name": "codex.sse_event",
        "event.kind": kind,
        "conversation.id": conversation,
        "model": "gpt-4o",
    }
    return {
        "timeUnixNano": "0",
        "observedTimeUnixNano": str(START_NS + second * 10**9),
        "attributes": attributes(recorded | values),
    }


def request_span(session: str, number: int, **values: Any) -> dict[str, Any]:
    """Return Claude Code's span of a call."""
    recorded = {"span.type": "llm_request", "session.id": session, "model": "claude-sonnet-4-5"}
    return {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "claude_code.llm_request",
        "startTimeUnixNano": str(START_NS + number * 10**9),
        "endTimeUnixNano": str(START_NS + (number + 1) * 10**9),
        "attributes": attributes(recorded | TOKENS | values),
    }


def spans(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a document of Claude Code's spans."""
    scopes = [{"scope": {"name": f"{CLAUDE}.tracing"}, "spans": records}]
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": scopes}]}


def counter(
    name: str, points: list[tuple[int, float, dict[str, Any]]], since_ns: int = 0
) -> dict[str, Any]:
    """Return a document of a counter's points.

    Parameters
    ----------
    name : str
        The metric.
    points : list of (int, float, dict)
        Seconds after the start, amount and attributes.
    since_ns : int
        For sums since a start its moment; without one, points say what is new.
    """
    data = [
        {
            "startTimeUnixNano": str(since_ns or START_NS + second * 10**9 - 10**9),
            "timeUnixNano": str(START_NS + second * 10**9),
            "asDouble": amount,
            "attributes": attributes(recorded),
        }
        for second, amount, recorded in points
    ]
    total = {"aggregationTemporality": 2 if since_ns else 1, "dataPoints": data}
    scopes = [{"scope": {"name": CLAUDE}, "metrics": [{"name": name, "sum": total}]}]
    return {"resourceMetrics": [{"resource": {"attributes": []}, "scopeMetrics": scopes}]}
