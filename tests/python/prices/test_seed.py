"""The seed's prices: their form, those we know by heart, and the price book they come from."""

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
from orchestration.prices.rows import SEED_COLUMNS, read_price_rows, write_price_rows
from orchestration.settings import project_dir

SHARED_DATA = Path(os.environ.get("TOKENHOUSE_SHARED_DATA") or project_dir() / "../shared/data")

# Tiers that the seed has and the price book no longer lists, with the reason.
TIERS_OF_THE_PAST = {
    # Sonnet 4.5 takes no more than 200k tokens since its long context was retired; what it took
    # before was billed at Anthropic's long-context price.
    ("anthropic", "claude-sonnet-4-5", 200_000),
    ("anthropic", "claude-sonnet-4-5-20250929", 200_000),
}


def newest_rows(rows):
    """Return the rows in force, by provider, model and tier."""
    by_day = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_day[(row.provider, row.model)][row.valid_from].append(row)
    return {
        (*key, row.above_input_tokens): row
        for key, days in by_day.items()
        for row in days[max(days)]
    }


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
    row = newest_rows(seed_price_rows())[("anthropic", model, 0)]
    assert row.prices == (*map(Decimal, prices.split()), None)
    assert not row.is_cache_in_input


@pytest.mark.parametrize(
    ("model", "day", "prices"),
    [
        ("o3", "2025-06-09", ("10", "40", "2.5")),
        ("o3", "2025-06-10", ("2", "8", "0.5")),
        ("gpt-4o", "2024-10-01", ("5", "15", None)),
        ("gpt-4o", "2024-10-02", ("2.5", "10", "1.25")),
        ("deepseek-chat", "2025-09-28", ("0.56", "1.68", "0.07")),
        ("gemini-1.5-pro", "2024-09-30", ("3.5", "10.5", "0.875")),
    ],
)
def test_price_on_a_day(model, day, prices):
    rows = [
        row
        for row in seed_price_rows()
        if row.model == model
        and row.provider in ("openai", "deepseek", "google")
        and row.above_input_tokens == 0
        and row.valid_from <= date.fromisoformat(day)
    ]
    row = max(rows, key=lambda row: row.valid_from)
    assert row.prices[:3] == tuple(price and Decimal(price) for price in prices)


def test_seed_is_sorted_and_in_the_form_the_import_writes(tmp_path):
    seed = project_dir() / "seeds" / "model_prices.csv"
    write_price_rows(tmp_path / "again.csv", seed_price_rows())
    assert (tmp_path / "again.csv").read_bytes() == seed.read_bytes()


def test_every_dated_price_list_has_a_base_row():
    """A call takes the newest list of its model, then the tier: a list of tiers alone has a gap."""
    tiers = defaultdict(set)
    for row in seed_price_rows():
        tiers[(row.provider, row.model, row.valid_from)].add(row.above_input_tokens)
    assert [key for key, above in tiers.items() if 0 not in above] == []


def test_current_prices_are_those_of_the_price_book(tmp_path):
    book_file, extra_file = (SHARED_DATA / f"model_prices{end}.csv" for end in ("", "_extra"))
    if not (book_file.exists() and extra_file.exists()):
        pytest.skip(f"no price book in {SHARED_DATA}: set TOKENHOUSE_SHARED_DATA to where it is")
    joined = tmp_path / "joined.csv"
    with (
        book_file.open(encoding="utf-8", newline="") as book,
        extra_file.open(encoding="utf-8", newline="") as extra,
        joined.open("w", encoding="utf-8", newline="") as out,
    ):
        more = {record["model"]: record for record in csv.DictReader(extra)}
        records = csv.DictReader(book)
        extra_columns = [column for column in next(iter(more.values())) if column != "model"]
        writer = csv.DictWriter(out, [*records.fieldnames, *extra_columns])
        writer.writeheader()
        writer.writerows({**more.get(record["model"], {}), **record} for record in records)
    listed = newest_rows(read_price_book(joined).rows)
    models = {key[:2] for key in listed}
    seeded = {
        key: row.prices
        for key, row in newest_rows(seed_price_rows()).items()
        if key[:2] in models and key not in TIERS_OF_THE_PAST
    }
    assert len(seeded) > 200
    expected = {
        key: row.prices for key, row in listed.items() if key[:2] in {k[:2] for k in seeded}
    }
    assert seeded == expected


def test_overrides_have_the_columns_of_the_prices():
    with (project_dir() / "seeds" / "price_overrides.csv").open(encoding="utf-8") as lines:
        assert next(csv.reader(lines)) == ["override_scope", "override_key", *SEED_COLUMNS[2:]]


def test_a_broken_line_is_one_sentence(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(",".join(SEED_COLUMNS) + "\nm,acme,soon,0,1,2,,,,,true\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="line 2: is no price row"):
        read_price_rows(path)
