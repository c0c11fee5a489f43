"""Reports of OpenAI, Anthropic and OpenRouter: sums of days that calls are reconciled against."""

import json
from decimal import Decimal

import pytest

from orchestration.loading import load
from orchestration.warehouse.client import connect
from sources.report_pages import (
    ACTIVITY,
    CLAUDE_COST,
    CLAUDE_USAGE,
    DAY,
    PEOPLE,
    anthropic_page,
    cost,
    openai_page,
    usage,
    usage_of_key,
)
from warehouses import Warehouse

BUILD = ("--select", "+mart_gateway_reconciliation")
RECONCILED = "select * except (date) from marts.mart_gateway_reconciliation"
ROWS = f"{RECONCILED} where date = '2026-05-29' order by gateway, model"


@pytest.fixture(scope="module")
def warehouse(warehouses, tmp_path_factory):
    logs = tmp_path_factory.mktemp("reports")
    pages = {
        # By the hour first: the day's report has the same requests again, and so has the last one,
        # which is of a later page of the day.
        "1_hourly.json": openai_page([usage("gpt-4o-2024-08-06", 3, 900, 90)], width=3600),
        "2_daily.json": openai_page([usage("gpt-4o-2024-08-06", 4, 1900, 90)]),
        "3_again.json": openai_page(
            [usage("gpt-4o-2024-08-06", 5, 2000, 100), usage("o3", 1, 10, 1)]
        ),
        "4_costs.json": openai_page(
            [cost("gpt-4o-2024-08-06, input", "0.005"), cost("gpt-4o-2024-08-06, output", 0.001)]
        ),
        "5_messages.json": anthropic_page([CLAUDE_USAGE]),
        "6_cost_report.json": anthropic_page([CLAUDE_COST, CLAUDE_COST | {"token_type": "x"}]),
        "7_activity.json": {"data": [ACTIVITY]},
        "8_empty.json": {"object": "page", "data": [], "has_more": False},
        # The calls name one of the two keys: the other is compared as a part of the whole alone.
        "9_keys.json": openai_page(
            [usage_of_key("key_a", 3, 2000, 100), usage_of_key("key_b", 1, 10, 1)],
            begun=DAY + 86_400,
        ),
        # Odd results: the others of the page are read.
        "11_odd.json": openai_page(
            [None, "text", usage("o1", "many", 5, 5), usage("o3", 1, "1,000", 100)],
            begun=DAY + 2 * 86_400,
        ),
        "12_odd_costs.json": openai_page(
            [
                cost("o1, input", "NaN"),
                cost("o3, input", "$1,234.50"),
                cost("o4-mini, input", 3) | {"amount": {"value": 3, "currency": "eur"}},
            ],
            begun=DAY + 2 * 86_400,
        ),
        "10_claude_code.json": {"data": PEOPLE, "has_more": False, "next_page": None},
    }
    made = Warehouse(warehouses / "reports", logs)
    calls = [
        {
            "call_id": f"call-{number}",
            "called_at": f"2026-05-29T10:0{number}:00Z",
            "model": model,
            "provider": provider,
            "input_tokens": 1000,
            "output_tokens": 50,
        }
        for number, (model, provider) in enumerate(
            (
                ("gpt-4o", "openai"),
                ("gpt-4o-2024-08-06", "openai"),
                ("gpt-4o-mini", "openai"),
                ("gpt-4o", "azure"),
            )
        )
    ]
    calls += [
        {
            "call_id": f"call-{key}-{number}",
            "called_at": "2026-05-30T10:00:00Z",
            "model": "gpt-4o",
            "provider": "openai",
            "api_key_id": key,
            "input_tokens": 1000,
            "output_tokens": 50,
        }
        for key, numbers in (("key_a", (1, 2)), ("key_c", (3,)))
        for number in numbers
    ]
    (logs / "calls.jsonl").write_text("".join(json.dumps(call) + "\n" for call in calls))
    # Connected, so that all loads share one start of the engine.
    with made.selected(), connect():
        for name, page in pages.items():
            (logs / name).write_text(json.dumps(page))
            load([logs / name])
        load([logs / "calls.jsonl"])
    made.build(*BUILD)
    return made


def test_days_of_providers_stand_next_to_their_calls(warehouse):
    rows = {(row["gateway"], row["model"]): row for row in warehouse.rows(ROWS)}

    assert set(rows) == {
        ("anthropic", "claude-sonnet-4-5"),
        ("claude_code", "claude-sonnet-4-5"),
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-mini"),
        ("openai", "o3"),
        ("openrouter", "openai/gpt-4o"),
    }
    gpt = rows["openai", "gpt-4o"]
    assert (gpt["gateway_request_count"], gpt["logged_request_count"]) == (5, 2)
    assert (gpt["gateway_tokens"], gpt["logged_tokens"]) == (2100, 2100)
    assert gpt["gateway_cost_usd"] == Decimal("0.006")
    # Two calls of 1,000 tokens at 2.50 and 50 at 10 dollars a million.
    assert gpt["logged_cost_usd"] == Decimal("0.006")
    assert gpt["cost_difference_usd"] == 0


def test_what_was_called_and_is_not_reported_is_a_difference(warehouse):
    rows = {row["model"]: row for row in warehouse.rows(ROWS)}

    assert rows["gpt-4o-mini"]["gateway_request_count"] == 0
    assert rows["gpt-4o-mini"]["logged_request_count"] == 1
    assert rows["o3"]["gateway_request_count"] == 1
    assert rows["o3"]["logged_request_count"] == 0


def test_anthropic_s_costs_are_cents_and_its_input_is_the_sum_of_parts(warehouse):
    [row] = [row for row in warehouse.rows(ROWS) if row["gateway"] == "anthropic"]

    assert row["gateway_cost_usd"] == Decimal("2.469")
    assert row["gateway_tokens"] == 1350
    # Its report does not count requests.
    assert row["gateway_request_count"] is None


def test_openrouter_s_bill_has_the_provider_s_in_it(warehouse):
    [row] = [row for row in warehouse.rows(ROWS) if row["gateway"] == "openrouter"]

    assert (row["gateway_request_count"], row["gateway_tokens"]) == (5, 11_000)
    assert row["gateway_cost_usd"] == Decimal("0.05")


def test_a_key_that_calls_name_is_compared_alone_too(warehouse):
    rows = warehouse.rows(f"{RECONCILED} where date = '2026-05-30' order by entity_type")

    compared = [
        (row["entity_type"], row["entity_id"], row["gateway_tokens"], row["logged_tokens"])
        for row in rows
    ]
    assert compared == [("api_key", "key_a", 2100, 2100), ("provider", "openai", 2111, 3150)]


def test_claude_code_s_report_is_cents_by_people(warehouse):
    [row] = [row for row in warehouse.rows(ROWS) if row["gateway"] == "claude_code"]

    assert row["gateway_tokens"] == 1060
    assert row["gateway_cost_usd"] == Decimal("0.3")


def test_what_a_result_does_not_say_is_unknown_and_what_no_result_says_is_nothing(warehouse):
    rows = warehouse.rows(f"{RECONCILED} where date = '2026-05-31' order by model")
    compared = {
        row["model"]: (row["gateway_request_count"], row["gateway_tokens"], row["gateway_cost_usd"])
        for row in rows
    }

    assert compared == {
        "o1": (None, 10, None),
        "o3": (1, 1100, Decimal("1234.5")),
        "o4-mini": (0, 0, None),
    }
