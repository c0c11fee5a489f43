"""Gateways' and tracers' logs after public reports of wrong counts; as reported_spans."""

import json
from pathlib import Path
from typing import Any

from sources.reported_spans import DAY, Calls, call

__all__ = ["CASES"]


def _save(path: Path, *records: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


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
    langfuse_totals_tell,
    langfuse_parts_of_openai,
    langsmith_streams,
    bedrock_bodies,
    litellm_cached_prompts,
)
