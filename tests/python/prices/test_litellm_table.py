"""LiteLLM's whole table as requests, against costs that are computed from its own fields."""

import csv
from collections import Counter
from decimal import Decimal

import pytest

from prices.litellm_costs import cost_of, priced_entries, table_path

SELECTION = ("--select", "+fct_calls")
# A day on which the table held, after every change that the book knows of.
DAY = "2026-11-02"
SHAPES = {
    "plain": {"input_tokens": 100_000, "output_tokens": 10_000},
    "large": {"input_tokens": 600_000, "output_tokens": 10_000},
    "batch": {"input_tokens": 10_000, "output_tokens": 1_000, "tier": "batch"},
    "priority": {"input_tokens": 10_000, "output_tokens": 1_000, "tier": "priority"},
    "cached": {
        "input_tokens": 30_000,
        "output_tokens": 1_000,
        "cache_read": 20_000,
        "cache_write": 4_000,
    },
}


def shapes_of(entry):
    """Return the shapes of requests for which the entry itself states the price."""
    yield "plain"
    if "output_cost_per_token" in entry:
        yield "large"
    for tier, suffix in (("batch", "_batches"), ("priority", "_priority")):
        if all(entry.get(f"{kind}_cost_per_token{suffix}") for kind in ("input", "output")):
            yield tier
    if entry.get("cache_read_input_token_cost") and entry.get("cache_creation_input_token_cost"):
        yield "cached"


@pytest.fixture(scope="module")
def expected():
    """Return the cost of each request by its id."""
    return {
        f"{shape}|{name}": cost_of(entry, **SHAPES[shape])
        for name, entry in priced_entries()
        for shape in shapes_of(entry)
    }


@pytest.fixture(scope="module")
def warehouse(warehouses, make_warehouse, expected):
    """Return the requests of the whole table, priced by the book as it is shipped."""
    logs = warehouses / "litellm_table_logs"
    logs.mkdir()
    entries = dict(priced_entries())
    with (logs / "calls.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            [
                *("call_id", "run_id", "workflow_id", "called_at", "model", "provider"),
                *("service_tier", "input_tokens", "cache_read_tokens", "cache_write_5m_tokens"),
                *("output_tokens", "is_cache_in_input"),
            ]
        )
        for call_id in expected:
            shape, name = call_id.split("|", 1)
            request = SHAPES[shape]
            writer.writerow(
                [
                    call_id,
                    shape,
                    "litellm",
                    f"{DAY}T12:00:00Z",
                    name,
                    entries[name]["litellm_provider"],
                    request.get("tier", ""),
                    request["input_tokens"],
                    request.get("cache_read", 0),
                    request.get("cache_write", 0),
                    request["output_tokens"],
                    "true",
                ]
            )
    return make_warehouse("litellm_table", logs, *SELECTION)


def wrong_calls(warehouse, expected):
    """Return what each call that is not priced as expected costs, by its id."""
    costs = {
        row["call_id"].split("/", 1)[1]: row
        for row in warehouse.rows("select call_id, cost_usd, price_id from marts.fct_calls")
    }
    assert costs.keys() == expected.keys()
    return {
        call_id: (costs[call_id]["cost_usd"], cost, costs[call_id]["price_id"])
        for call_id, cost in expected.items()
        if costs[call_id]["cost_usd"] is None
        # The book keeps 9 decimals of a price per million tokens.
        or abs(costs[call_id]["cost_usd"] - cost) > Decimal("1e-9") + cost / 10**8
    }


def test_the_table_is_priced_as_it_is_shipped(warehouse, expected):
    """At least 99 of 100 priced models are right without an import, at each shape of request."""
    wrong = wrong_calls(warehouse, expected)
    counts = Counter(call_id.split("|", 1)[0] for call_id in expected)
    shares = {
        shape: sum(call_id.startswith(f"{shape}|") for call_id in wrong) / count
        for shape, count in counts.items()
    }
    assert counts["plain"] > 3000
    assert counts["cached"] > 200
    assert all(share <= 0.01 for share in shares.values()), (shares, dict(list(wrong.items())[:20]))


def test_after_an_import_all_of_it_is(warehouse, expected):
    """The rest are models whose price another table of another day has: an import settles them."""
    from click.testing import CliRunner

    from orchestration.cli.prices import prices

    with warehouse.selected():
        done = CliRunner().invoke(
            prices,
            ["import", str(table_path()), "--valid-from", "1970-01-01"],
            catch_exceptions=False,
        )
        assert done.exit_code == 0, done.output
    warehouse.build(*SELECTION)
    wrong = wrong_calls(warehouse, expected)
    assert not wrong, dict(list(wrong.items())[:20])
