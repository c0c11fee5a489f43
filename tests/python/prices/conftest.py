"""A price book in both of LiteLLM's formats, and a warehouse of its own."""

import json

import pytest

ENTRIES = {
    "sample_spec": {"litellm_provider": "one of the providers", "input_cost_per_token": 0.0},
    "claude-sonnet-4-5": {
        "litellm_provider": "anthropic",
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1.5e-05,
        "cache_read_input_token_cost": 3e-07,
        "cache_creation_input_token_cost": 3.75e-06,
        "cache_creation_input_token_cost_above_1hr": 6e-06,
        "input_cost_per_token_above_200k_tokens": 6e-06,
        "output_cost_per_token_above_200k_tokens": 2.25e-05,
    },
    "gemini/gemini-1.5-pro": {
        "litellm_provider": "gemini",
        "input_cost_per_token": 1.25e-06,
        "input_cost_per_token_above_128k_tokens": 2.5e-06,
        "output_cost_per_token": 5e-06,
        "output_cost_per_token_above_128k_tokens": 1e-05,
    },
    "acme/nova-1": {
        "litellm_provider": "acme",
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 2e-06,
    },
    "dall-e-3": {"litellm_provider": "openai", "output_cost_per_image": 0.04},
}


@pytest.fixture
def write_json(tmp_path):
    """Write a price book as LiteLLM's JSON and return its path."""

    def write(entries=ENTRIES, name="prices.json"):
        path = tmp_path / name
        path.write_text(json.dumps(entries), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_text(tmp_path):
    """Write any text to a file and return its path."""

    def write(text, name="prices.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Open an empty warehouse with its raw tables."""
    from orchestration.warehouse.client import connect
    from orchestration.warehouse.raw_tables import ensure_raw_tables

    monkeypatch.setenv("TOKENHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TOKENHOUSE_TARGET", raising=False)
    with connect() as client:
        ensure_raw_tables(client)
        yield client
