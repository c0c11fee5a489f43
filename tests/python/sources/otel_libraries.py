"""Spans under the names of many libraries, each with what its counters mean."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sources.otel_caching import CACHED, chat
from sources.otel_nesting import nesting
from sources.otel_spans import Call, Recorder

__all__ = ["LIBRARIES", "record_library"]

GPT = {"model": "gpt-4o", "input_tokens": 1_000, "cache_read_tokens": 600, "output_tokens": 40}


# Per case: instrumentation scope, its version, attributes of a lone span, and what the call is.
SPANS: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "vercel openai": (
        "ai",
        "",
        {
            "ai.operationId": "ai.streamText.doStream",
            "ai.model.id": "gpt-4o",
            "ai.model.provider": "openai.responses",
            "ai.usage.inputTokens": 1_000,
            "ai.usage.cachedInputTokens": 600,
            "ai.usage.outputTokens": 40,
            "ai.usage.reasoningTokens": 30,
        },
        GPT | {"reasoning_tokens": 30},
    ),
    "vercel gateway": (
        "ai",
        "",
        {
            "ai.operationId": "ai.generateText.doGenerate",
            "ai.model.id": "own/model",
            "ai.model.provider": "gateway",
            "ai.usage.inputTokens": 10,
            "ai.usage.outputTokens": 5,
            "ai.response.providerMetadata": '{"gateway": {"cost": "0.0123"}}',
        },
        {"model": "own/model", "input_tokens": 10, "output_tokens": 5}
        | {"cost_usd": Decimal("0.0123")},
    ),
    "mlflow": (
        "mlflow",
        "",
        {
            "mlflow.spanType": '"LLM"',
            "mlflow.llm.model": '"gpt-4o"',
            "mlflow.llm.provider": '"openai"',
            "mlflow.chat.tokenUsage": json.dumps(
                {
                    "input_tokens": 1_000,
                    "output_tokens": 40,
                    "total_tokens": 1_040,
                    "cache_read_input_tokens": 600,
                }
            ),
        },
        GPT,
    ),
    "langfuse": (
        "langfuse-sdk",
        "3.9.0",
        {
            "langfuse.observation.type": "generation",
            "langfuse.observation.model.name": "gpt-4o",
            "langfuse.observation.usage_details": json.dumps(
                {
                    "input": 400,
                    "input_cached_tokens": 600,
                    "output": 10,
                    "output_reasoning_tokens": 30,
                    "total": 1_040,
                }
            ),
            "langfuse.observation.cost_details": '{"total": 0.25}',
        },
        GPT | {"reasoning_tokens": 30, "cost_usd": Decimal("0.25")},
    ),
    "langfuse with openai's usage": (
        "langfuse-sdk",
        "3.9.0",
        {
            "langfuse.observation.type": "generation",
            "langfuse.observation.model.name": "gpt-4o",
            "langfuse.observation.usage_details": json.dumps(
                {
                    "prompt_tokens": 1_000,
                    "completion_tokens": 40,
                    "prompt_tokens_details": {"cached_tokens": 600, "audio_tokens": 0},
                    "completion_tokens_details": {"reasoning_tokens": 30},
                }
            ),
        },
        GPT | {"reasoning_tokens": 30},
    ),
    "litellm": (
        "litellm",
        "1.103",
        {
            "gen_ai.operation.name": "acompletion",
            "gen_ai.system": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.usage.input_tokens": 1_000,
            "gen_ai.usage.output_tokens": 40,
            "gen_ai.usage.cache_read.input_tokens": 600,
            "gen_ai.cost.total_cost": 0.5,
        },
        GPT | {"cost_usd": Decimal("0.5")},
    ),
    "adk": (
        "gcp.vertex.agent",
        "1.0",
        {
            "gen_ai.system": "gcp.vertex.agent",
            "gen_ai.request.model": "gemini-2.5-flash",
            "gen_ai.usage.input_tokens": 3_000,
            "gen_ai.usage.output_tokens": 3_700,
            "gcp.vertex.agent.llm_response": json.dumps(
                {
                    "usage_metadata": {
                        "prompt_token_count": 3_000,
                        "cached_content_token_count": 1_000,
                        "candidates_token_count": 500,
                        "thoughts_token_count": 200,
                        "total_token_count": 3_700,
                    }
                }
            ),
        },
        {"model": "gemini-2.5-flash", "input_tokens": 3_000, "cache_read_tokens": 1_000}
        | {"output_tokens": 700, "reasoning_tokens": 200},
    ),
    "genkit": (
        "genkit-tracer",
        "v1",
        {
            "genkit:metadata:subtype": "model",
            "gen_ai.request.model": "gemini-2.5-flash",
            "genkit:output": '{"usage": {"inputTokens": 30, "outputTokens": 7, "totalTokens": 37}}',
        },
        {"model": "gemini-2.5-flash", "input_tokens": 30, "output_tokens": 7},
    ),
    "logfire cost": (
        "logfire.openai",
        "4.41",
        chat(
            "openai",
            "gpt-4o",
            **{
                "gen_ai.usage.input_tokens": 1_000,
                "gen_ai.usage.output_tokens": 40,
                "operation.cost": 0.0029,
                "gen_ai.usage.raw": '{"prompt_tokens_details": {"cached_tokens": 600}}',
            },
        ),
        GPT | {"cost_usd": Decimal("0.0029")},
    ),
    "zeros for unknown": (
        "opentelemetry.instrumentation.openai",
        "0.4",
        chat("openai", "gpt-4o")
        | {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0},
        dict.fromkeys(("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens"))
        | {"model": "gpt-4o"},
    ),
    "a negative cost": (
        "odd",
        "",
        chat("openai", "gpt-4o")
        | {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 1}
        | {"gen_ai.usage.cost": -1.0},
        {"model": "gpt-4o", "input_tokens": 10, "output_tokens": 1},
    ),
}


def embeddings(recorder: Recorder) -> None:
    """Record Vercel's embeddings: the outer span repeats what the inner one used."""
    outer = {"ai.operationId": "ai.embedMany", "ai.model.id": "text-embedding-3-small"}
    outer |= {"ai.model.provider": "openai.embedding", "ai.usage.tokens": 5_000}
    with recorder.span("ai.embedMany", outer):
        recorder.call(
            "ai.embedMany.doEmbed",
            outer | {"ai.operationId": "ai.embedMany.doEmbed"},
            model="text-embedding-3-small",
            input_tokens=5_000,
        )


def steps(recorder: Recorder) -> None:
    """Record a Vercel agent of two steps, whose outer span adds them up."""
    usage = {"ai.usage.inputTokens": 100, "ai.usage.outputTokens": 10}
    model = {"ai.model.id": "gpt-4o", "ai.model.provider": "openai.chat"}
    outer = model | {"ai.usage.inputTokens": 200, "ai.usage.outputTokens": 20}
    agent = {"ai.operationId": "ai.generateText", "ai.telemetry.functionId": "support"}
    with recorder.span("ai.generateText", outer | agent):
        for _ in range(2):
            recorder.call(
                "ai.generateText.doGenerate",
                model | usage | {"ai.operationId": "ai.generateText.doGenerate"},
                model="gpt-4o",
                input_tokens=100,
                output_tokens=10,
            )
        with recorder.span(
            "ai.toolCall", {"ai.operationId": "ai.toolCall"} | {"ai.toolCall.name": "find"}
        ):
            pass


def paid_tool(recorder: Recorder) -> None:
    """Record an agent with usage of its own, and a tool that costs money."""
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "buyer"}
    agent |= {"gen_ai.request.model": "gpt-4o", "gen_ai.provider.name": "openai"}
    agent |= {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 10}
    with recorder.span("invoke_agent buyer", agent) as span:
        recorder.expected.append(
            Call(f"{span.get_span_context().span_id:016x}", "gpt-4o", 100, output_tokens=10)
        )
        tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "web_search"}
        recorder.call(
            "execute_tool web_search",
            tool | {"gen_ai.usage.cost": 0.01},
            model="",
            cost_usd=Decimal("0.01"),
            **dict.fromkeys(
                ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens")
            ),
        )


TRACES: dict[str, tuple[str, str, Callable[[Recorder], None]]] = {
    "vercel embeddings": ("ai", "", embeddings),
    "vercel steps": ("ai", "", steps),
    "paid tool": ("own", "", paid_tool),
    "nesting": ("own", "", nesting),
}
LIBRARIES = (*CACHED, *SPANS, *TRACES)


def record_library(name: str) -> Recorder:
    """Record a case with the real SDK.

    Parameters
    ----------
    name : str
        One of :data:`LIBRARIES`.

    Returns
    -------
    Recorder
        Its service is the case.
    """
    if name in TRACES:
        scope, version, record = TRACES[name]
        recorder = Recorder(name, scope, version)
        record(recorder)
        return recorder
    scope, version, attributes, expected = (CACHED | SPANS)[name]
    recorder = Recorder(name, scope, version)
    recorder.call("a span", attributes, **expected)
    return recorder
