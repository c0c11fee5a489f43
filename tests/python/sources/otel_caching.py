"""One request to Claude as many libraries record it: some count cached tokens in the input."""

import json
from typing import Any

__all__ = ["CACHED", "chat"]

# What one request to Claude used, as Anthropic's API counts it: cached tokens are not in the input.
FRESH, READ, WRITTEN, ANSWER = 1_000, 800, 200, 50
CLAUDE = {
    "model": "claude-sonnet-4-5",
    "input_tokens": FRESH + READ + WRITTEN,
    "cache_read_tokens": READ,
    "cache_write_tokens": WRITTEN,
    "output_tokens": ANSWER,
}
WHOLE = FRESH + READ + WRITTEN


def chat(provider: str, model: str, **others: Any) -> dict[str, Any]:
    """Return the attributes of a call under the conventions' names."""
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
    } | others


def claude(input_tokens: int, read: str, write: str, **others: Any) -> dict[str, Any]:
    """Return a call to Claude under a library's names for cached tokens."""
    counts = {
        "gen_ai.usage.input_tokens": input_tokens,
        "gen_ai.usage.output_tokens": ANSWER,
        read: READ,
        write: WRITTEN,
    }
    return chat("anthropic", "claude-sonnet-4-5", **counts) | others


DOTTED = ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens")
FLAT = ("gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_creation_input_tokens")
SHORT = ("gen_ai.usage.cache_read_tokens", "gen_ai.usage.cache_write_tokens")
DETAILS = ("gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_write_tokens")
STRANDS = ("gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_write_input_tokens")
INFERENCE = {
    "llm.token_count.completion": ANSWER,
    "llm.token_count.prompt_details.cache_read": READ,
    "llm.token_count.prompt_details.cache_write": WRITTEN,
}

# Per case: instrumentation scope, its version, attributes of a lone span, and what the call is.
CACHED: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "pydantic-ai": ("pydantic-ai", "1.0", claude(WHOLE, *SHORT), CLAUDE),
    "pydantic-ai details": ("pydantic-ai", "0.8", claude(WHOLE, *DETAILS), CLAUDE),
    "logfire before 4.31": ("logfire.anthropic", "4.30.0", claude(FRESH, *FLAT), CLAUDE),
    "logfire since 4.31": ("logfire.anthropic", "4.31.0", claude(WHOLE, *FLAT), CLAUDE),
    "openllmetry anthropic": (
        "opentelemetry.instrumentation.anthropic",
        "0.50",
        claude(WHOLE, *FLAT),
        CLAUDE,
    ),
    # The conventions' names, and not their meaning.
    "openllmetry bedrock": (
        "opentelemetry.instrumentation.bedrock",
        "0.61",
        claude(FRESH, *DOTTED),
        CLAUDE,
    ),
    "openllmetry llamaindex": (
        "opentelemetry.instrumentation.llamaindex",
        "0.61",
        claude(FRESH, *DOTTED),
        CLAUDE,
    ),
    "conventions": ("anything", "", claude(WHOLE, *DOTTED), CLAUDE),
    "strands bedrock": (
        "strands.telemetry.tracer",
        "",
        claude(FRESH, *STRANDS, **{"gen_ai.provider.name": "strands-agents"})
        | {"gen_ai.system": "aws.bedrock"},
        CLAUDE,
    ),
    "claude agent sdk": (
        "openinference.instrumentation.claude_agent_sdk",
        "0.1",
        {
            "openinference.span.kind": "LLM",
            "llm.model_name": "claude-sonnet-4-5",
            "llm.provider": "anthropic",
            "llm.token_count.prompt": FRESH,
        }
        | INFERENCE,
        CLAUDE,
    ),
    "openinference anthropic": (
        "openinference.instrumentation.anthropic",
        "0.1.20",
        {
            "openinference.span.kind": "LLM",
            "llm.model_name": "claude-sonnet-4-5",
            "llm.provider": "anthropic",
            "llm.token_count.prompt": WHOLE,
        }
        | INFERENCE,
        CLAUDE,
    ),
    "vercel 5 anthropic": (
        "ai",
        "",
        {
            "ai.operationId": "ai.generateText.doGenerate",
            "ai.model.id": "claude-sonnet-4-5",
            "ai.model.provider": "anthropic.messages",
            "ai.usage.inputTokens": FRESH,
            "ai.usage.outputTokens": ANSWER,
            "ai.usage.cachedInputTokens": READ,
            "ai.response.providerMetadata": json.dumps(
                {"anthropic": {"usage": {"cache_creation_input_tokens": WRITTEN}}}
            ),
        },
        CLAUDE,
    ),
    "vercel 6 object": (  # without a break-down, but with the provider's own count
        "ai",
        "",
        {
            "ai.operationId": "ai.generateObject.doGenerate extract",
            "ai.model.id": "claude-sonnet-4-5",
            "ai.model.provider": "anthropic.messages",
            "ai.usage.inputTokens": WHOLE,
            "ai.usage.outputTokens": ANSWER,
            "ai.usage.cachedInputTokens": READ,
            "ai.response.providerMetadata": json.dumps(
                {
                    "anthropic": {
                        "usage": {"input_tokens": FRESH, "cache_creation_input_tokens": WRITTEN}
                    }
                }
            ),
        },
        CLAUDE,
    ),
}
