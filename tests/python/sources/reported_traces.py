"""Traces and gateway logs after public reports of wrong counts, each with what it comes to.

A case returns, by the end of a run's id, its calls: input, cached reads, writes, output and US
dollars (None where the cost is unknown), worked out by hand from the providers' price lists.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from sources.agent_telemetry import attributes

__all__ = ["CASES"]

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
        told = dict(values)
        parent, name = told.pop("parent", 0), told.pop("name", "chat")
        found.append(
            {
                "traceId": _trace(trace),
                "spanId": f"{trace:08x}{place:08x}",
                "parentSpanId": f"{trace:08x}{parent:08x}" if parent else "",
                "name": name,
                "startTimeUnixNano": str(NANOSECONDS + place * 1000),
                "endTimeUnixNano": str(NANOSECONDS + 10**9 - place * 1000),
                "attributes": attributes(told),
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


def _observation(trace: str, model: str, usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"o-{trace}",
        "traceId": trace,
        "type": "GENERATION",
        "name": "answer",
        "startTime": f"{DAY}T10:00:00.000Z",
        "endTime": f"{DAY}T10:00:02.000Z",
        "model": model,
        "usageDetails": usage,
        "level": "DEFAULT",
        **more,
    }


def langfuse_totals_tell(folder: Path) -> Calls:
    """Send an input with cached tokens in it, and a total that tells (litellm 26919)."""
    codex = {"input": 117_231, "cache_read_input_tokens": 115_584, "output": 225, "total": 117_456}
    # Written tokens are still in the input, read ones are not.
    litellm = {
        "input": 1_100,
        "cache_creation_input_tokens": 100,
        "cache_read_input_tokens": 5_000,
        "output": 50,
        "total": 6_150,
    }
    apart = {"input": 10, "cache_read_input_tokens": 1_000, "output": 5, "total": 1_015}
    sums = {"input": 10, "cache_read_input_tokens": 1_000, "output": 5}
    _save(
        folder / "observations.jsonl",
        _observation("lf-codex", "gpt-5.5", codex),
        _observation("lf-litellm", "claude-sonnet-4-6", litellm),
        _observation("lf-apart", "claude-sonnet-4-6", apart),
        _observation("lf-sums", "claude-sonnet-4-6", sums),
    )
    return {
        # 1,647 x 5 + 115,584 x 0.5 + 225 x 30
        "lf-codex": [call(117_231, 115_584, 0, 225, "0.072777")],
        # 1,000 x 3 + 5,000 x 0.3 + 100 x 3.75 + 50 x 15
        "lf-litellm": [call(6_100, 5_000, 100, 50, "0.005625")],
        "lf-apart": [call(1_010, 1_000, 0, 5, "0.000405")],
        "lf-sums": [call(1_010, 1_000, 0, 5, "0.000405")],
    }


def langfuse_parts_of_openai(folder: Path) -> Calls:
    """Break counts down into disjoint buckets; write an older export's counts."""
    parts = {
        "input": 500,
        "input_cached_tokens": 500,
        "output": 100,
        "output_reasoning_tokens": 300,
        "total": 1_400,
    }
    plain = _observation("lf-plain", "gpt-4o", {}) | {
        "usage": {"promptTokens": 1_000, "completionTokens": 100, "totalTokens": 1_100}
    }
    del plain["usageDetails"]
    _save(folder / "observations.jsonl", _observation("lf-parts", "gpt-5.5", parts), plain)
    return {
        # 500 x 5 + 500 x 0.5 + 400 x 30
        "lf-parts": [call(1_000, 500, 0, 400, "0.01475")],
        "lf-plain": [call(1_000, 0, 0, 100, "0.0035")],
    }


def _run(trace: str, prompt: int, answer: int, details: dict[str, int], sdk: str) -> dict[str, Any]:
    return {
        "id": f"run-{trace}",
        "trace_id": trace,
        "parent_run_id": None,
        "name": "ChatAnthropic",
        "run_type": "llm",
        "start_time": f"{DAY}T10:00:00.000000",
        "end_time": f"{DAY}T10:00:01.000000",
        "status": "success",
        "extra": {
            "runtime": {"sdk": sdk, "library": sdk},
            "metadata": {"ls_provider": "anthropic", "ls_model_name": "claude-sonnet-4-6"},
        },
        "inputs": {},
        "outputs": {},
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
        "prompt_token_details": details,
    }


def langsmith_streams(folder: Path) -> Calls:
    """Add cached tokens of a stream's start and end up (langchainjs 10249); leave them out."""
    _save(
        folder / "runs.jsonl",
        _run(
            "ls-doubled", 6_010, 50, {"cache_read": 10_000, "cache_creation": 2_000}, "langsmith-js"
        ),
        _run("ls-apart", 10, 50, {"cache_read": 5_000, "cache_creation": 1_000}, "langsmith-py"),
        _run(
            "ls-inside", 6_010, 50, {"cache_read": 5_000, "cache_creation": 1_000}, "langsmith-js"
        ),
    )
    # 10 x 3 + 5,000 x 0.3 + 1,000 x 3.75 + 50 x 15
    one = call(6_010, 5_000, 1_000, 50, "0.00603")
    return {"ls-doubled": [one], "ls-apart": [one], "ls-inside": [one]}


def _invocation(request: str, body: Any, sent: dict, answered: dict, **more: Any) -> dict:
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": f"{DAY}T10:00:00Z",
        "accountId": "1",
        "region": "us-east-1",
        "requestId": request,
        "operation": "Converse",
        "modelId": "anthropic.claude-sonnet-4-6",
        "input": {"inputContentType": "application/json", **sent},
        "output": {"outputContentType": "application/json", "outputBodyJson": body, **answered},
        **more,
    }


def bedrock_bodies(folder: Path) -> Calls:
    """Write for an hour through Converse (litellm 36762); fail; embed."""
    usage = {
        "inputTokens": 100,
        "outputTokens": 10,
        "totalTokens": 3_110,
        "cacheReadInputTokens": 0,
        "cacheWriteInputTokens": 3_000,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 2_000}, {"ttl": "5m", "inputTokens": 1_000}],
    }
    counts = {"inputTokenCount": 100, "cacheWriteInputTokenCount": 3_000}
    _save(
        folder / "bedrock.jsonl",
        _invocation("br-hour", {"usage": usage}, counts, {"outputTokenCount": 10}),
        _invocation("br-failed", None, {}, {}, errorCode="ThrottlingException"),
        _invocation(
            "br-embed", {"inputTextTokenCount": 1_000_000}, {"inputTokenCount": 1_000_000}, {}
        )
        | {"modelId": "amazon.titan-embed-text-v2:0", "operation": "InvokeModel"},
    )
    return {
        # 100 x 3 + 1,000 x 3.75 + 2,000 x 6 + 10 x 15
        "br-hour": [call(3_100, 0, 3_000, 10, "0.0162")],
        "br-failed": [call(None, 0, 0, None, None)],
        "br-embed": [call(1_000_000, 0, 0, None, "0.02")],
    }


def _request(request: str, spend: Any, usage: dict[str, Any], model: str, **more: Any) -> dict:
    return {
        "request_id": request,
        "session_id": request,
        "call_type": "acompletion",
        "api_key": "0" * 64,
        "spend": spend,
        "total_tokens": usage["prompt_tokens"] + usage["completion_tokens"],
        "prompt_tokens": usage["prompt_tokens"],
        "completion_tokens": usage["completion_tokens"],
        "startTime": f"{DAY}T10:00:00+00:00",
        "endTime": f"{DAY}T10:00:01+00:00",
        "model": model,
        "model_group": model,
        "custom_llm_provider": "anthropic" if "claude" in model else "openai",
        "cache_hit": "False",
        "status": "success",
        "metadata": {"usage_object": usage},
        **more,
    }


def litellm_cached_prompts(folder: Path) -> Calls:
    """Keep cached tokens in the metadata alone, without a spend (litellm 11364)."""
    claude = {
        "prompt_tokens": 10_000,
        "completion_tokens": 100,
        "total_tokens": 10_100,
        "cache_read_input_tokens": 8_000,
        "cache_creation_input_tokens": 1_000,
    }
    gpt = {
        "prompt_tokens": 10_000,
        "completion_tokens": 100,
        "total_tokens": 10_100,
        "prompt_tokens_details": {"cached_tokens": 4_000},
    }
    _save(
        folder / "spend.jsonl",
        _request("ll-claude", 0, claude, "claude-sonnet-4-6"),
        _request("ll-gpt", None, gpt, "gpt-4o"),
    )
    return {
        "ll-claude": [call(10_000, 8_000, 1_000, 100, "0.01065")],
        # 6,000 x 2.5 + 4,000 x 1.25 + 100 x 10
        "ll-gpt": [call(10_000, 4_000, 0, 100, "0.021")],
    }


CASES = (
    input_cached_tokens,
    dotted_cache_names,
    agent_repeats_its_calls,
    raw_request_below,
    doubles_for_counts,
    histograms_of_clients,
    langfuse_totals_tell,
    langfuse_parts_of_openai,
    langsmith_streams,
    bedrock_bodies,
    litellm_cached_prompts,
)
