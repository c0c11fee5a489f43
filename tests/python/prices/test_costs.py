"""What calls cost at each tier, size, day and region, in each unit, and what is not known (K16).

Each case is worked out by hand from the providers' price lists; all share one warehouse.
"""

import csv
from decimal import Decimal

import pytest

HEADER = [
    *("call_id", "run_id", "workflow_id", "called_at", "model", "provider"),
    *("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
    *("output_tokens", "reasoning_tokens", "service_tier", "region", "usage_units"),
    *("cost_usd", "zero_cost_reason"),
]

# Case, model, provider, what else the log says, cost worked out by hand in millionths of a dollar.
COSTS = [
    (
        "plain",
        "gpt-4o",
        "openai",
        {"input_tokens": 1000, "output_tokens": 100},
        1000 * 2.5 + 100 * 10,
    ),
    (
        "cached tokens are in the input of OpenAI",
        "gpt-5.5",
        "openai",
        {"input_tokens": 5000, "cache_read_tokens": 4000, "output_tokens": 100},
        1000 * 5 + 4000 * 0.5 + 100 * 30,
    ),
    (
        "cached tokens are next to the input of Anthropic",
        "claude-opus-4-8",
        "anthropic",
        {
            "input_tokens": 1000,
            "cache_read_tokens": 4000,
            "cache_write_5m_tokens": 400,
            "cache_write_1h_tokens": 200,
            "output_tokens": 100,
        },
        1000 * 5 + 4000 * 0.5 + 400 * 6.25 + 200 * 10 + 100 * 25,
    ),
    (
        "cache writes cost more from gpt-5.6 on",
        "gpt-5.6-sol",
        "openai",
        {
            "input_tokens": 9000,
            "cache_read_tokens": 2000,
            "cache_write_5m_tokens": 6000,
            "output_tokens": 10,
        },
        1000 * 4 + 2000 * 0.4 + 6000 * 5 + 10 * 20,
    ),
    (
        "priority",
        "gpt-5.5",
        "openai",
        {"input_tokens": 1000, "service_tier": "priority"},
        1000 * 12.5,
    ),
    (
        "OpenAI's fast mode is priority",
        "gpt-5.5",
        "openai",
        {"input_tokens": 1000, "service_tier": "fast"},
        1000 * 12.5,
    ),
    (
        "Anthropic's fast mode",
        "claude-opus-4-8",
        "anthropic",
        {"input_tokens": 1000, "service_tier": "fast"},
        1000 * 10,
    ),
    (
        "flex",
        "o3",
        "openai",
        {"input_tokens": 1000, "output_tokens": 100, "service_tier": "flex"},
        1000 * 1 + 100 * 4,
    ),
    (
        "default is standard",
        "o3",
        "openai",
        {"input_tokens": 1000, "service_tier": "default"},
        1000 * 2,
    ),
    (
        "batch",
        "claude-opus-4-8",
        "anthropic",
        {"input_tokens": 1000, "service_tier": "batch"},
        1000 * 2.5,
    ),
    (
        "batch by the provider's rule",
        "claude-3-opus-20240229",
        "anthropic",
        {"input_tokens": 1000, "service_tier": "batch"},
        1000 * 7.5,
    ),
    (
        "a tier nobody lists is standard",
        "gpt-4o-2024-05-13",
        "openai",
        {"input_tokens": 1000, "service_tier": "scale"},
        1000 * 5,
    ),
    (
        "272,000 is not above",
        "gpt-5.5",
        "openai",
        {"input_tokens": 272_000, "output_tokens": 10},
        272_000 * 5 + 10 * 30,
    ),
    (
        "above 272,000 the whole request costs more",
        "gpt-5.5",
        "openai",
        {"input_tokens": 300_000, "cache_read_tokens": 100_000, "output_tokens": 1000},
        200_000 * 10 + 100_000 * 1 + 1000 * 45,
    ),
    (
        "cached tokens count for the size",
        "gemini-2.5-pro",
        "google",
        {"input_tokens": 250_000, "cache_read_tokens": 240_000, "output_tokens": 1000},
        10_000 * 2.5 + 240_000 * 0.25 + 1000 * 15,
    ),
    (
        "priority above 272,000",
        "gpt-5.6-sol",
        "openai",
        {"input_tokens": 300_000, "service_tier": "priority"},
        300_000 * 16,
    ),
    (
        "US inference",
        "claude-opus-4-8",
        "anthropic",
        {"input_tokens": 1000, "region": "us"},
        1000 * 5.5,
    ),
    (
        "a region of no surcharge",
        "claude-opus-4-8",
        "anthropic",
        {"input_tokens": 1000, "region": "not_available"},
        1000 * 5,
    ),
    (
        "data residency in the EU",
        "gpt-5.5",
        "openai",
        {"input_tokens": 1000, "region": "eu-west-1"},
        1000 * 5.5,
    ),
    (
        "Azure lists the EU apart",
        "gpt-4o-2024-08-06",
        "azure",
        {"input_tokens": 1000, "region": "eu"},
        1000 * 2.75,
    ),
    (
        "GovCloud",
        "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "bedrock",
        {"input_tokens": 1000},
        1000 * 3.6,
    ),
    (
        "web searches",
        "claude-opus-4-8",
        "anthropic",
        {"input_tokens": 1000, "usage_units": '{"web_search": 12}'},
        1000 * 5 + 120_000,
    ),
    (
        "audio tokens are a part of the counts",
        "gpt-4o-audio-preview",
        "openai",
        {
            "input_tokens": 1000,
            "output_tokens": 500,
            "usage_units": '{"audio_input_tokens": 600, "audio_output_tokens": 400}',
        },
        400 * 2.5 + 600 * 40 + 100 * 10 + 400 * 80,
    ),
    (
        "a unit without a price of its own is text",
        "o3",
        "openai",
        {"input_tokens": 1000, "usage_units": '{"audio_input_tokens": 600}'},
        1000 * 2,
    ),
    ("seconds of audio", "whisper-1", "openai", {"usage_units": '{"second": 90}'}, 90 * 100),
    ("queries", "rerank-v3.5", "cohere", {"usage_units": '{"query": 3}'}, 3 * 2000),
    (
        "an embedding has no output",
        "text-embedding-3-small",
        "openai",
        {"input_tokens": 1000},
        1000 * 0.02,
    ),
    (
        "what runs at home is free",
        "llama3.1:8b",
        "ollama",
        {"input_tokens": 1000, "output_tokens": 10},
        0,
    ),
    (
        "a free variant is free",
        "some/model:free",
        "openrouter",
        {"input_tokens": 1000, "output_tokens": 10},
        0,
    ),
]

# Model, UTC day, cost of a million input tokens in US dollars.
HISTORY = [
    ("gpt-5.6-sol", "2026-08-20", "5"),
    ("gpt-5.6-sol", "2026-08-21", "4"),
    ("gpt-5.6-terra", "2026-07-29", "2.5"),
    ("gpt-5.6-terra", "2026-07-30", "2"),
    ("gpt-5.6-luna", "2026-07-29", "1"),
    ("gpt-5.6-luna", "2026-07-30", "0.2"),
    ("o3", "2025-06-09", "10"),
    ("o3", "2025-06-10", "2"),
    ("gpt-4o", "2024-10-01", "5"),
    ("gpt-4o", "2024-10-02", "2.5"),
]

# Case, what the log says of a call to gpt-4o, its cost, where that comes from, words of the note.
KNOWN = {"input_tokens": 1_000_000, "output_tokens": 0}
UNKNOWN = [
    ("no usage", {}, None, "missing", "no usage"),
    ("half of the usage", {"input_tokens": 1000}, None, "missing", "part of the usage"),
    ("a unit nobody prices", {**KNOWN, "usage_units": '{"dance": 1}'}, None, "missing", "unit"),
    ("reported", {**KNOWN, "cost_usd": "2"}, "2", "reported", ""),
    ("more than a million", {**KNOWN, "cost_usd": "1500000.25"}, "1500000.25", "reported", ""),
    ("a 0 is not believed", {**KNOWN, "cost_usd": "0"}, "2.5", "computed", "a cost of 0"),
    (
        "a 0 with its reason",
        {**KNOWN, "cost_usd": "0", "zero_cost_reason": "byok"},
        "0",
        "reported",
        "",
    ),
    (
        "a 0 for nothing used",
        {"input_tokens": 0, "output_tokens": 0, "cost_usd": "0"},
        "0",
        "reported",
        "",
    ),
]

# Case, model, what the log says, likely reason.
DIFFERENCES = [
    ("batch price", "gpt-4o", {**KNOWN, "cost_usd": "1.25"}, "service_tier"),
    ("cents", "gpt-4o", {**KNOWN, "cost_usd": "250"}, "unit"),
    (
        "cached tokens added",
        "gpt-4o",
        {**KNOWN, "cache_read_tokens": 400_000, "cost_usd": "3"},
        "cache_counted_twice",
    ),
    (
        "cached tokens in full",
        "gpt-4o",
        {**KNOWN, "cache_read_tokens": 400_000, "cost_usd": "2.5"},
        "cache_at_full_price",
    ),
    (
        "yesterday's price",
        "gpt-5.6-terra",
        {"input_tokens": 100_000, "output_tokens": 0, "cost_usd": "0.25"},
        "price_changed",
    ),
    (
        "small request's price",
        "gpt-5.5",
        {"input_tokens": 300_000, "output_tokens": 0, "cost_usd": "1.5"},
        "input_size",
    ),
    (
        "EU's price",
        "gpt-5.5",
        {"input_tokens": 100_000, "output_tokens": 0, "cost_usd": "0.55"},
        "region",
    ),
    (
        "searches left out",
        "claude-opus-4-8",
        {
            "input_tokens": 1000,
            "output_tokens": 0,
            "usage_units": '{"web_search": 2}',
            "cost_usd": "0.005",
        },
        "units_not_counted",
    ),
    ("nobody knows", "o3", {**KNOWN, "cost_usd": "0.77"}, "unknown"),
]


def lines():
    """Yield the calls of all cases."""
    for case, model, provider, said, _ in COSTS:
        # What is not said of the counts is 0 here; that it is not known has cases of its own.
        counts = {"input_tokens": 0, "output_tokens": 0} | said
        yield {"call_id": case, "model": model, "provider": provider, **counts}
    for model, day, _ in HISTORY:
        yield {
            "call_id": f"{model} on {day}",
            "model": model,
            "provider": "openai",
            "called_at": f"{day}T23:59:59Z",
            **KNOWN,
            "input_tokens": 100_000,
        }
    for case, said, *_ in UNKNOWN:
        yield {"call_id": case, "model": "gpt-4o", "provider": "openai", **said}
    for case, model, said, _ in DIFFERENCES:
        provider = "anthropic" if model.startswith("claude") else "openai"
        yield {"call_id": case, "model": model, "provider": provider, **said}


@pytest.fixture(scope="module")
def warehouse(warehouses, make_warehouse):
    logs = warehouses / "costs_logs"
    logs.mkdir()
    with (logs / "calls.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEADER)
        writer.writeheader()
        for line in lines():
            common = {"run_id": "r", "workflow_id": "costs", "called_at": "2026-09-01T12:00:00Z"}
            writer.writerow(common | line)
    return make_warehouse(
        "costs", logs, "--select", "+fct_calls +mart_cost_differences +mart_unmapped_models"
    )


@pytest.fixture(scope="module")
def calls(warehouse):
    """Return each call by its case."""
    rows = warehouse.rows("select * from marts.fct_calls")
    return {row["call_id"].removeprefix("generic:r/"): row for row in rows}


@pytest.mark.parametrize(("case", "micro_usd"), [(case[0], case[-1]) for case in COSTS])
def test_cost(calls, case, micro_usd):
    call = calls[case]
    assert call["cost_usd"] == Decimal(str(micro_usd)) / 10**6, call["price_id"]
    assert call["cost_source"] == "computed"


@pytest.mark.parametrize(("model", "day", "usd"), HISTORY)
def test_a_call_costs_what_its_day_did(calls, model, day, usd):
    assert calls[f"{model} on {day}"]["cost_usd"] == Decimal(usd) / 10


@pytest.mark.parametrize("expected", UNKNOWN, ids=lambda expected: expected[0])
def test_unknown_is_not_zero(calls, expected):
    """K16, K20: what is not known is missing, and says why."""
    case, said, usd, cost_source, words = expected
    call = calls[case]
    assert call["cost_usd"] == (usd and Decimal(usd))
    assert call["cost_source"] == cost_source
    assert words in call["cost_note"]
    assert bool(call["cost_note"]) == bool(words)
    assert (call["total_tokens"] is None) == ("output_tokens" not in said)
    if "cost_usd" in said:
        assert call["reported_cost_usd"] == Decimal(said["cost_usd"])


def test_missing_costs_are_listed_with_their_reason(warehouse):
    [row] = warehouse.rows("select * from marts.mart_unmapped_models")
    assert (row["model"], row["unpriced_call_count"]) == ("gpt-4o", 3)
    assert len(row["missing_reasons"]) == 3


def test_differences_have_a_likely_reason(warehouse):
    """What is reported and what the price book says differ, and why."""
    rows = warehouse.rows("select call_id, likely_reason from marts.mart_cost_differences")
    found = {row["call_id"].removeprefix("generic:r/"): row["likely_reason"] for row in rows}
    reported = {"reported": "unknown", "more than a million": "unknown"}
    zeros = {"a 0 is not believed": "zero_reported", "a 0 with its reason": "zero_reported"}
    expected = {case: reason for case, _, _, reason in DIFFERENCES}
    assert found == expected | reported | zeros
