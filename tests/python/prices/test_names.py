"""Models and providers get one name, whatever LiteLLM or a log calls them."""

import pytest

from orchestration.prices.names import matching_names, model_name, provider_name
from orchestration.prices.rows import is_cache_in_input

DATE = r"[-@](20\d{6}|20\d{2}-\d{2}-\d{2})$"


@pytest.mark.parametrize(
    ("model", "litellm_provider", "expected"),
    [
        ("claude-opus-4-5", "anthropic", ("claude-opus-4-5", "anthropic")),
        ("gemini/gemini-2.5-pro", "gemini", ("gemini-2.5-pro", "google")),
        ("azure_ai/gpt-5.4", "azure_ai", ("gpt-5.4", "azure")),
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
    ("logged", "names"),
    [
        ("GPT-4o", ["gpt-4o"]),
        ("openai/gpt-4o-2024-08-06", ["openai/gpt-4o-2024-08-06", "gpt-4o-2024-08-06", "gpt-4o"]),
        ("claude-opus-4-5@20251101", ["claude-opus-4-5@20251101", "claude-opus-4-5"]),
        ("groq/qwen/qwen3-32b", ["groq/qwen/qwen3-32b", "qwen/qwen3-32b", "qwen3-32b"]),
    ],
)
def test_a_logged_name_is_matched_exactly_first(logged, names):
    assert matching_names(logged, date_suffix=DATE) == names


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
def test_cache_mode_follows_the_provider_s_api(model, provider, expected):
    assert is_cache_in_input(model, provider) is expected
