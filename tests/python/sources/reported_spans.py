"""Spans after public reports of wrong counts, each with what it comes to.

A case returns, by the end of a run's id, its calls: input, cached reads, writes, output and US
dollars (None where the cost is unknown), worked out by hand from the providers' price lists.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from sources.agent_telemetry import attributes

__all__ = ["CASES", "DAY", "Calls", "call"]

Calls = dict[str, list[tuple]]
DAY = "2026-09-01"
NANOSECONDS = 1_788_256_800_000_000_000


def call(sent: int | None, read: int, wrote: int, answered: int | None, usd: str | None) -> tuple:
    """Return a call as the warehouse should have it."""
    return sent, read, wrote, answered, None if usd is None else Decimal(usd)


def _save(path: Path, *records: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def _trace(number: int) -> str:
    return f"{number:032x}"


def _spans(path: Path, trace: int, scope: str, *spans: dict[str, Any]) -> str:
    """Write spans of a trace: their attributes, with ``parent`` and ``name`` among them."""
    found = []
    for place, values in enumerate(spans, start=1):
        given = dict(values)
        parent, name = given.pop("parent", 0), given.pop("name", "chat")
        found.append(
            {
                "traceId": _trace(trace),
                "spanId": f"{trace:08x}{place:08x}",
                "parentSpanId": f"{trace:08x}{parent:08x}" if parent else "",
                "name": name,
                "startTimeUnixNano": str(NANOSECONDS + place * 1000),
                "endTimeUnixNano": str(NANOSECONDS + 10**9 - place * 1000),
                "attributes": attributes(given),
                "status": {},
            }
        )
    scoped = [{"scope": {"name": scope}, "spans": found}]
    _save(path, {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": scoped}]})
    return _trace(trace)


def _chat(model: str, system: str, **counts: Any) -> dict[str, Any]:
    named = {f"gen_ai.usage.{name.replace('__', '.')}": value for name, value in counts.items()}
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.system": system,
        "gen_ai.request.model": model,
    } | named


def input_cached_tokens(folder: Path) -> Calls:
    """Name cached tokens as no convention does (langfuse 14725)."""
    span = _chat(
        "gpt-5.5", "openai", input_tokens=13_675, input_cached_tokens=9_216, output_tokens=10
    )
    trace = _spans(folder / "spans.jsonl", 0xA01, "own", span)
    # 4,459 x 5 + 9,216 x 0.5 + 10 x 30
    return {trace: [call(13_675, 9_216, 0, 10, "0.027203")]}


def dotted_cache_names(folder: Path) -> Calls:
    """Count the parts of the input under it, as Sentry's conventions do."""
    span = _chat(
        "claude-sonnet-4-6",
        "anthropic",
        input_tokens=10_000,
        input_tokens__cached=8_000,
        input_tokens__cache_write=1_000,
        output_tokens=100,
    )
    trace = _spans(folder / "spans.jsonl", 0xA02, "sentry", span)
    # 1,000 x 3 + 8,000 x 0.3 + 1,000 x 3.75 + 100 x 15
    return {trace: [call(10_000, 8_000, 1_000, 100, "0.01065")]}


def agent_repeats_its_calls(folder: Path) -> Calls:
    """Sum up on an agent and its workflow what the calls below used."""
    used = {"gen_ai.usage.input_tokens": 3_000, "gen_ai.usage.output_tokens": 300}
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "gpt-4o"}
    trace = _spans(
        folder / "spans.jsonl",
        0xA03,
        "agent_framework",
        {"name": "workflow.run", **used},
        {"name": "invoke_agent x", "parent": 1, **agent, **used},
        {"parent": 2, **_chat("gpt-4o", "openai", input_tokens=1_000, output_tokens=100)},
        {"parent": 2, **_chat("gpt-4o", "openai", input_tokens=2_000, output_tokens=200)},
    )
    return {trace: [call(1_000, 0, 0, 100, "0.0035"), call(2_000, 0, 0, 200, "0.007")]}


def raw_request_below(folder: Path) -> Calls:
    """Trace a gateway's request and the provider's below it, as LiteLLM's callback does."""
    counts = {"input_tokens": 1_000, "output_tokens": 100}
    trace = _spans(
        folder / "spans.jsonl",
        0xA04,
        "litellm",
        {"name": "Received Proxy Server Request"},
        {"name": "litellm_request", "parent": 1, **_chat("gpt-4o", "openai", **counts)},
        {"name": "raw_gen_ai_request", "parent": 2, "llm.openai.usage": str(counts)},
    )
    return {trace: [call(1_000, 0, 0, 100, "0.0035")]}


def doubles_for_counts(folder: Path) -> Calls:
    """Write counts as floats and as texts."""
    span = _chat("gpt-4o", "openai", input_tokens=1_000.0, output_tokens="100")
    return {_spans(folder / "spans.jsonl", 0xA05, "own", span): [call(1_000, 0, 0, 100, "0.0035")]}


def histograms_of_clients(folder: Path) -> Calls:
    """Send the conventions' client metrics next to the span of the same request."""
    trace = _spans(
        folder / "spans.jsonl",
        0xA06,
        "own",
        _chat("gpt-4o", "openai", input_tokens=1_000, output_tokens=100),
    )
    point = {
        "attributes": attributes({"gen_ai.token.type": "input", "gen_ai.request.model": "gpt-4o"}),
        "timeUnixNano": str(NANOSECONDS),
        "count": "1",
        "sum": 1000,
    }
    metric = {
        "name": "gen_ai.client.token.usage",
        "histogram": {"aggregationTemporality": 2, "dataPoints": [point]},
    }
    scoped = [{"scope": {"name": "own"}, "metrics": [metric]}]
    _save(
        folder / "metrics.jsonl",
        {"resourceMetrics": [{"resource": {"attributes": []}, "scopeMetrics": scoped}]},
    )
    return {trace: [call(1_000, 0, 0, 100, "0.0035")]}


CASES = (
    input_cached_tokens,
    dotted_cache_names,
    agent_repeats_its_calls,
    raw_request_below,
    doubles_for_counts,
    histograms_of_clients,
)
