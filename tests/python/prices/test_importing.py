"""From which day an imported price holds, and what an import leaves alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orchestration.errors import BadInputError
from orchestration.prices import importing
from orchestration.prices.importing import import_prices, merge_into_csv
from orchestration.prices.known import imported_price_rows
from orchestration.prices.rows import FROM_THE_BEGINNING, PriceRow, read_price_rows

KNOWN = PriceRow(
    model="m",
    provider="acme",
    input_usd_per_million_tokens=Decimal(1),
    output_usd_per_million_tokens=Decimal(2),
    cache_write_5m_usd_per_million_tokens=Decimal("1.25"),
    cache_write_1h_usd_per_million_tokens=Decimal(2),
)
HEADER = "model,provider,input_cost_per_token,output_cost_per_token,cache_creation_input_token_cost"


@pytest.fixture(autouse=True)
def seed(monkeypatch):
    """Stand in for the seed with one known model."""
    rows = [KNOWN]
    monkeypatch.setattr(importing, "seed_price_rows", lambda: rows)
    return rows


def entry(usd_per_token):
    return {"litellm_provider": "acme", "input_cost_per_token": usd_per_token}


def test_unknown_model_is_priced_from_the_beginning(client, write_json):
    report = import_prices(client, write_json({"new": entry(1e-06)}))
    assert (report.merge.new_models, len(report.merge.rows)) == (1, 1)
    (row,) = imported_price_rows(client)
    assert row.valid_from == FROM_THE_BEGINNING
    assert row.input_usd_per_million_tokens == Decimal(1)


def test_changed_price_holds_from_today(client, write_json):
    before = datetime.now(UTC).date()
    report = import_prices(client, write_json({"m": entry(5e-06)}))
    assert (report.merge.new_models, len(report.merge.changes)) == (0, 1)
    assert before <= imported_price_rows(client)[0].valid_from <= datetime.now(UTC).date()


def test_same_price_is_skipped(client, write_text):
    report = import_prices(client, write_text(f"{HEADER}\nm,acme,1e-06,2e-06,1.25e-06\n"))
    assert (report.merge.unchanged_models, report.merge.rows) == (1, [])
    assert imported_price_rows(client) == []


def test_importing_twice_changes_nothing(client, write_json):
    book = write_json()
    import_prices(client, book)
    rows = imported_price_rows(client)
    report = import_prices(client, book)
    assert report.merge.rows == []
    assert imported_price_rows(client) == rows


def test_valid_from_overrides_the_rule(client, write_json):
    day = date(2026, 3, 1)
    import_prices(client, write_json({"m": entry(5e-06), "new": entry(1e-06)}), valid_from=day)
    assert {row.valid_from for row in imported_price_rows(client)} == {day}


def test_what_the_file_cannot_state_keeps_its_proportion(client, seed, write_text):
    """A CSV without 1-hour writes and tiers must not take the known ones out of force."""
    seed.append(
        PriceRow(
            model="m",
            provider="acme",
            above_input_tokens=200_000,
            input_usd_per_million_tokens=Decimal(2),
            output_usd_per_million_tokens=Decimal(3),
        )
    )
    import_prices(client, write_text(f"{HEADER}\nm,acme,2e-06,4e-06,2.5e-06\n"))
    base, tier = sorted(imported_price_rows(client), key=lambda row: row.sort_key)
    assert base.cache_write_1h_usd_per_million_tokens == Decimal(4)
    assert tier.above_input_tokens == 200_000
    assert tier.prices[:2] == (Decimal(4), Decimal(6))


def test_only_the_models_asked_for(client, write_json):
    import_prices(client, write_json(), models=["ACME/*", "gemini*"], providers=["acme", "google"])
    assert {row.model for row in imported_price_rows(client)} == {"nova-1", "gemini-1.5-pro"}


def test_a_selection_without_a_model_is_one_sentence(client, write_json):
    with pytest.raises(BadInputError, match="no priced model matches --model gpt-9"):
        import_prices(client, write_json(), models=["gpt-9"])


def test_what_is_only_added_is_no_change_of_price(client, seed, write_json):
    """A tier or a unit that the table states for the first time held as long as the price did."""
    seed[:] = [PriceRow(model="m", provider="acme", input_usd_per_million_tokens=Decimal(1))]
    tier = {"input_cost_per_token_batches": 5e-07, "input_cost_per_image": 0.01}
    report = import_prices(client, write_json({"m": entry(1e-06) | tier}))
    assert (report.merge.completed_models, report.merge.changes) == (1, [])
    assert {row.valid_from for row in imported_price_rows(client)} == {FROM_THE_BEGINNING}


def test_a_list_imported_again_leaves_no_row_of_the_earlier_one(client, write_json):
    tier = {"input_cost_per_token_batches": 5e-07}
    day = date(2026, 3, 1)
    import_prices(client, write_json({"m": entry(3e-06) | tier}), valid_from=day)
    import_prices(client, write_json({"m": entry(4e-06)}), valid_from=day)
    (row,) = imported_price_rows(client)
    assert row.prices[0] == Decimal(4)


def test_tables_of_several_days_make_periods(write_json, tmp_path):
    table = tmp_path / "prices.csv"
    merge_into_csv(table, write_json({"m": entry(3e-06)}))
    merge_into_csv(table, write_json({"m": entry(2e-06)}), valid_from=date(2026, 3, 1))
    report = merge_into_csv(table, write_json({"m": entry(2e-06)}), valid_from=date(2026, 6, 1))
    assert report.merge.unchanged_models == 1
    assert [(row.valid_from, row.prices[0]) for row in read_price_rows(table)] == [
        (FROM_THE_BEGINNING, Decimal(3)),
        (date(2026, 3, 1), Decimal(2)),
    ]
