"""Pages of providers' reports of usage and cost."""

__all__ = [
    "ACTIVITY",
    "CLAUDE_COST",
    "CLAUDE_USAGE",
    "DAY",
    "PEOPLE",
    "anthropic_page",
    "cost",
    "openai_page",
    "usage",
    "usage_of_key",
]

DAY = 1_780_012_800  # 2026-05-29


def openai_page(results, *, begun=DAY, width=86_400):
    bucket = {"object": "bucket", "start_time": begun, "end_time": begun + width}
    return {"object": "page", "data": [bucket | {"results": results}], "has_more": False}


def usage(model, requests, sent, answered):
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": sent,
        "input_cached_tokens": 100,
        "output_tokens": answered,
        "num_model_requests": requests,
        "project_id": None,
        "model": model,
        "batch": None,
    }


def usage_of_key(key, requests, sent, answered):
    return usage("gpt-4o-2024-08-06", requests, sent, answered) | {"api_key_id": key}


def cost(line_item, dollars):
    amount = {"value": dollars, "currency": "usd"}
    return {"object": "organization.costs.result", "amount": amount, "line_item": line_item}


def anthropic_page(results):
    bucket = {"starting_at": "2026-05-29T00:00:00Z", "ending_at": "2026-05-30T00:00:00Z"}
    return {"data": [bucket | {"results": results}], "has_more": False, "next_page": None}


CLAUDE_USAGE = {
    "uncached_input_tokens": 1000,
    "cache_read_input_tokens": 200,
    "cache_creation": {"ephemeral_1h_input_tokens": 30, "ephemeral_5m_input_tokens": 70},
    "output_tokens": 50,
    "model": "claude-sonnet-4-5-20250929",
    "service_tier": "standard",
}
CLAUDE_COST = {
    "currency": "USD",
    "amount": "123.45",
    "cost_type": "tokens",
    "model": "claude-sonnet-4-5-20250929",
    "token_type": "output_tokens",
}
ACTIVITY = {
    "date": "2026-05-29",
    "model": "openai/gpt-4o",
    "model_permaslug": "openai/gpt-4o-2024-08-06",
    "endpoint_id": "e",
    "usage": 0.045,
    "byok_usage_inference": 0.005,
    "requests": 5,
    "prompt_tokens": 10_000,
    "completion_tokens": 1000,
}


def person(email, tokens, cents):
    """Return what a person's Claude Code used on a day."""
    model = {
        "model": "claude-sonnet-4-5-20250929",
        "tokens": dict(
            zip(("input", "output", "cache_read", "cache_creation"), tokens, strict=True)
        ),
        "estimated_cost": {"amount": cents, "currency": "USD"},
    }
    return {
        "date": "2026-05-29T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": email},
        "customer_type": "api",
        "terminal_type": "vscode",
        "core_metrics": {"num_sessions": 1},
        "model_breakdown": [model],
    }


PEOPLE = [
    person("a@example.com", (100, 50, 800, 100), 25),
    person("b@example.com", (1, 2, 3, 4), 5),
]
