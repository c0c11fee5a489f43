"""Models and providers get one name, whatever LiteLLM or a log calls them."""

import pytest

from orchestration.prices.lookup import find_prices
from orchestration.prices.names import has_cache_in_input, model_name, provider_name


@pytest.mark.parametrize(
    ("model", "litellm_provider", "expected"),
    [
        ("claude-opus-4-5", "anthropic", ("claude-opus-4-5", "anthropic")),
        ("gemini/gemini-2.5-pro", "gemini", ("gemini-2.5-pro", "google")),
        ("azure_ai/gpt-5.4", "azure_ai", ("gpt-5.4", "azure_ai")),
        ("groq/openai/gpt-oss-20b", "groq", ("openai/gpt-oss-20b", "groq")),
        ("amazon-nova/nova-pro-v1", "amazon_nova", ("nova-pro-v1", "amazon")),
        ("bedrock/us-east-1/m", "bedrock_converse", ("us-east-1/m", "bedrock")),
        ("vertex_ai/claude-x", "vertex_ai-anthropic_models", ("claude-x", "vertex_ai")),
        ("command-r", "cohere_chat", ("command-r", "cohere")),
    ],
)
def test_litellm_names_become_ours(model, litellm_provider, expected):
    assert (model_name(model, litellm_provider), provider_name(litellm_provider)) == expected


@pytest.mark.parametrize(
    ("model", "provider", "expected"),
    [
        ("claude-opus-4-5", "anthropic", False),
        ("claude-opus-4-5", "vertex_ai", False),
        ("amazon.nova-pro-v1:0", "bedrock", False),
        ("claude-opus-4-5", "openrouter", True),
        ("gpt-5", "azure", True),
        ("gemini-2.5-pro", "google", True),
    ],
)
def test_who_counts_cached_tokens_as_input(model, provider, expected):
    assert has_cache_in_input(model, provider) is expected


# Logged model and provider; model and provider of the price, how it is found.
LOGGED = [
    ("GPT-4o", "openai", "gpt-4o", "openai", "exact"),
    ("gpt-5-2025-08-07", "", "gpt-5-2025-08-07", "openai", "exact"),
    ("gpt-4o-2030-01-01", "openai", "gpt-4o", "openai", "undated"),
    ("claude-opus-5-20260724", "anthropic", "claude-opus-5", "anthropic", "undated"),
    ("claude-3-7-sonnet", "anthropic", "claude-3-7-sonnet-latest", "anthropic", "undated"),
    (
        "anthropic/claude-4.5-sonnet-20250929",
        "",
        "claude-sonnet-4-5-20250929",
        "anthropic",
        "respelled",
    ),
    ("claude-opus-4-8[1m]", "anthropic", "claude-opus-4-8", "anthropic", "variant"),
    ("openai/gpt-4o:online", "my-router", "gpt-4o", "openai", "variant"),
    ("gpt-4o-mini@openai", "openai", "gpt-4o-mini", "openai", "variant"),
    # What editors and agents add, and what frameworks put in front; some names end so themselves.
    ("gpt-5.5-high", "openai", "gpt-5.5", "openai", "variant"),
    ("claude-4.8-opus-high-thinking", "cursor", "claude-opus-4-8", "anthropic", "variant"),
    ("gpt-5.1-codex-max", "azure", "gpt-5.1-codex-max", "azure", "exact"),
    ("kimi-k2-thinking", "", "kimi-k2-thinking", "moonshot", "exact"),
    ("openai:gpt-4o", "", "gpt-4o", "openai", "exact"),
    ("bedrock:us.amazon.nova-pro-v1:0", "", "us.amazon.nova-pro-v1:0", "bedrock", "exact"),
    ("openrouter/z-ai/glm-4.6", "anthropic", "z-ai/glm-4.6", "openrouter", "exact"),
    ("xai/grok-4.3", "", "grok-4.3", "xai", "exact"),
    ("models/gemini-2.5-flash", "google", "gemini-2.5-flash", "google", "prefix_stripped"),
    (
        "publishers/google/models/gemini-2.5-flash",
        "",
        "gemini-2.5-flash",
        "vertex_ai",
        "prefix_stripped",
    ),
    (
        "us.anthropic.claude-opus-4-8",
        "anthropic",
        "us.anthropic.claude-opus-4-8",
        "bedrock",
        "exact",
    ),
    (
        "us.anthropic.claude-opus-4-8-v1:0",
        "bedrock",
        "anthropic.claude-opus-4-8",
        "bedrock",
        "region_stripped",
    ),
    (
        "arn:aws:bedrock:us-east-1:1:foundation-model/openai.gpt-oss-120b-1:0",
        "",
        "openai.gpt-oss-120b-1:0",
        "bedrock",
        "exact",
    ),
    ("claude-3-5-haiku@20241022", "anthropic", "claude-3-5-haiku@20241022", "vertex_ai", "exact"),
    (
        "ft:gpt-4o-mini-2024-07-18:acme::abc",
        "openai",
        "ft:gpt-4o-mini-2024-07-18",
        "openai",
        "variant",
    ),
    ("openai/gpt-oss-20b", "groq", "openai/gpt-oss-20b", "groq", "exact"),
    ("gpt-35-turbo", "azure", "gpt-3.5-turbo", "azure", "alias"),
    ("deepseek/deepseek-r1:free", "openrouter", ":free", "openrouter", "free"),
    ("anything", "ollama", "*", "ollama", "free"),
]


@pytest.mark.parametrize(("logged", "provider", "model", "seller", "match"), LOGGED)
def test_a_logged_name_finds_its_price(logged, provider, model, seller, match):
    """R087: the warehouse's own models answer, over the price book as it is shipped."""
    found = find_prices([], logged, provider=provider)[0]
    row = found.row
    assert (row.model.lower(), row.provider, found.price_match) == (model, seller, match)


@pytest.mark.parametrize(
    ("logged", "provider"),
    [
        ("nix", ""),
        # Its seller is known and does not list it: nobody else's price is taken but its maker's.
        ("llama-3.3-70b-versatile", "anthropic"),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", "bedrock"),
    ],
)
def test_a_name_that_means_nothing_has_no_price(logged, provider):
    assert find_prices([], logged, provider=provider) == []
