"""The shipped prices: their form, those we know by heart, and the tables they come from."""

import csv
import os
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.errors import BadInputError
from orchestration.prices.known import seed_price_rows
from orchestration.prices.litellm import read_price_book
from orchestration.prices.rows import ROW_COLUMNS, read_price_rows, write_price_rows
from orchestration.settings import project_dir

SHARED_DATA = Path(os.environ.get("TOKENHOUSE_SHARED_DATA") or project_dir() / "../shared/data")


def list_on(day, provider, model):
    """Return a model's price list on a day, by tier."""
    in_force = [
        row
        for row in seed_price_rows()
        if (row.provider, row.model) == (provider, model)
        and row.valid_from <= day <= (row.valid_to or date.max)
    ]
    # What was written by hand comes first.
    newest = max(in_force, key=lambda row: (row.valid_from, row.valid_to is not None))
    period = (newest.valid_from, newest.valid_to)
    return {row.tier: row for row in in_force if (row.valid_from, row.valid_to) == period}


@pytest.mark.parametrize(
    ("model", "prices"),
    [
        ("claude-opus-4-5", "5 25 0.5 6.25 10"),
        ("claude-opus-4-5-20251101", "5 25 0.5 6.25 10"),
        ("claude-opus-4-6", "5 25 0.5 6.25 10"),
        ("claude-sonnet-4-5", "3 15 0.3 3.75 6"),
        ("claude-sonnet-4-6", "3 15 0.3 3.75 6"),
        ("claude-haiku-4-5", "1 5 0.1 1.25 2"),
        ("claude-3-haiku-20240307", "0.25 1.25 0.03 0.3 0.5"),
    ],
)
def test_anthropic_prices(model, prices):
    row = list_on(date(2026, 11, 26), "anthropic", model)[("standard", 0)]
    assert row.prices == (*map(Decimal, prices.split()), None)
    assert not row.is_cache_in_input


@pytest.mark.parametrize(
    ("provider", "model", "day", "prices"),
    [
        ("openai", "o3", "2025-06-09", ("10", "40", "2.5")),
        ("openai", "o3", "2025-06-10", ("2", "8", "0.5")),
        ("openai", "gpt-4o", "2024-10-01", ("5", "15", None)),
        ("openai", "gpt-4o", "2024-10-02", ("2.5", "10", "1.25")),
        ("deepseek", "deepseek-chat", "2025-09-28", ("0.56", "1.68", "0.07")),
        ("google", "gemini-1.5-pro", "2024-09-30", ("3.5", "10.5", "0.875")),
        ("openai", "gpt-5.6-sol", "2026-08-20", ("5", "30", "0.5")),
        ("openai", "gpt-5.6-terra", "2026-07-30", ("2", "12", "0.2")),
    ],
)
def test_price_on_a_day(provider, model, day, prices):
    row = list_on(date.fromisoformat(day), provider, model)[("standard", 0)]
    assert row.prices[:3] == tuple(price and Decimal(price) for price in prices)


@pytest.mark.parametrize("seed", ["model_prices", "price_history"])
def test_the_seed_is_written_as_it_is_read(seed, tmp_path):
    path = project_dir() / "seeds" / f"{seed}.csv"
    write_price_rows(tmp_path / "again.csv", read_price_rows(path))
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()


def test_every_price_list_has_a_base_row():
    """A call takes the newest list of its model, then the tier: a list of tiers alone has a gap."""
    tiers = defaultdict(set)
    for row in seed_price_rows():
        tiers[(row.provider, row.model, row.valid_from, row.valid_to)].add(row.tier)
    # Some models are sold in batches or above a size only.
    without = [key for key, listed in tiers.items() if ("standard", 0) not in listed]
    assert without == []


def test_the_book_has_every_dimension():
    rows = seed_price_rows()
    assert len(rows) > 8000
    assert len({row.provider for row in rows}) > 100
    tiers = {row.service_tier for row in rows}
    assert {"standard", "batch", "flex", "priority", "fast"} <= tiers
    assert {128_000, 200_000, 272_000} <= {row.above_input_tokens for row in rows}
    units = {unit for row in rows for unit, _ in row.unit_prices_usd}
    assert {"web_search", "audio_input_tokens", "image", "second", "character", "page"} <= units
    with (project_dir() / "seeds" / "usage_units.csv").open(encoding="utf-8", newline="") as lines:
        named = {record["unit"] for record in csv.DictReader(lines)}
    # Behind a unit may stand a size: image_2k, output_second_720p.
    assert {unit for unit in units - named if unit.rsplit("_", 1)[0] not in named} == set()


def test_prices_are_those_of_the_shared_table():
    """A table that this one was not made of, of another day: nearly all prices are the same."""
    file = SHARED_DATA / "model_prices.csv"
    if not file.exists():
        pytest.skip(f"no price table in {SHARED_DATA}: set TOKENHOUSE_SHARED_DATA to where it is")
    book = {}
    for row in seed_price_rows():
        if row.tier == ("standard", 0) and row.valid_from <= date(2026, 11, 25):
            book.setdefault((row.provider, row.model.lower()), set()).add(row.prices[:2])
    listed = [row for row in read_price_book(file).rows if row.tier == ("standard", 0)]
    same = [
        row for row in listed if row.prices[:2] in book.get((row.provider, row.model.lower()), ())
    ]
    assert len(listed) > 3500
    assert len(same) >= 0.99 * len(listed)


def test_overrides_have_the_columns_of_the_prices():
    with (project_dir() / "seeds" / "price_overrides.csv").open(encoding="utf-8") as lines:
        assert next(csv.reader(lines)) == ["override_scope", "override_key", *ROW_COLUMNS[2:]]


def test_a_broken_line_is_one_sentence(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(",".join(ROW_COLUMNS) + "\nm,acme,soon,,standard,0,1,2,,,,,{},{},true\n")
    with pytest.raises(BadInputError, match="line 2: is no price row"):
        read_price_rows(path)
