"""What calls cost at each tier, size, day and region, in each unit, and what is not known (K16).

Each case is worked out by hand from the providers' price lists; all share one warehouse.
"""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

HEADER = [
    *("call_id", "run_id", "workflow_id", "called_at", "model", "provider"),
    *("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
    *("output_tokens", "reasoning_tokens", "service_tier", "region", "usage_units"),
    *("cost_usd", "zero_cost_reason"),
]

# Calls, with what they cost in millionths of a US dollar.
with Path(__file__).with_name("costs.csv").open(encoding="utf-8", newline="") as _lines:
    COSTS = list(csv.DictReader(_lines))

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
# The same in Anthropic's fast mode, which ended for these models; standard speed costs 5.
FAST_HISTORY = [
    ("claude-opus-4-6", "2026-06-29", "30"),
    ("claude-opus-4-6", "2026-06-30", "5"),
    ("claude-opus-4-7", "2026-07-24", "30"),
    ("claude-opus-4-7", "2026-07-25", "5"),
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
    for case in COSTS:
        # What is not said of the counts is 0 here; that it is not known has cases of its own.
        said = {name: value for name, value in case.items() if name in HEADER and value}
        yield {"call_id": case["case"], "input_tokens": 0, "output_tokens": 0} | said
    for model, day, _ in HISTORY + FAST_HISTORY:
        is_fast = model.startswith("claude")
        yield {
            "call_id": f"{model} on {day}",
            "model": model,
            "provider": "anthropic" if is_fast else "openai",
            "service_tier": "fast" if is_fast else "",
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


@pytest.mark.parametrize("case", COSTS, ids=lambda case: case["case"])
def test_cost(calls, case):
    call = calls[case["case"]]
    assert call["cost_usd"] == Decimal(case["micro_usd"]) / 10**6, call["price_id"]
    assert call["cost_source"] == "computed"


@pytest.mark.parametrize(("model", "day", "usd"), HISTORY + FAST_HISTORY)
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
