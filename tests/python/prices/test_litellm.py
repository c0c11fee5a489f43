"""LiteLLM's price table becomes price rows, exactly."""

from decimal import Decimal

import pytest

from orchestration.errors import BadInputError
from orchestration.prices.litellm import read_price_book

HEADER = (
    "model,provider,mode,input_cost_per_token,output_cost_per_token,"
    "cache_read_input_token_cost,cache_creation_input_token_cost"
)


def rows_by_tier(book, model, service_tier="standard"):
    return {
        row.above_input_tokens: row
        for row in book.rows
        if row.model == model and row.service_tier == service_tier
    }


def test_json_prices_are_exact_per_million_tokens(write_json):
    base = rows_by_tier(read_price_book(write_json()), "claude-sonnet-4-5")[0]
    assert base.prices == (*map(Decimal, ("3", "15", "0.3", "3.75", "6")), None)
    assert base.provider == "anthropic"
    assert not base.is_cache_in_input


def test_csv_prices_equal_json_prices(write_json, write_text):
    csv_book = read_price_book(
        write_text(f"{HEADER}\nclaude-sonnet-4-5,anthropic,chat,3e-06,1.5e-05,3e-07,3.75e-06\n")
    )
    json_base = rows_by_tier(read_price_book(write_json()), "claude-sonnet-4-5")[0]
    assert csv_book.rows[0].prices[:4] == json_base.prices[:4]
    assert "cache_write_1h_usd_per_million_tokens" not in csv_book.given_columns
    assert not csv_book.has_tiers


def test_joined_csv_columns_give_tier_and_one_hour_writes(write_text):
    book = read_price_book(
        write_text(
            f"{HEADER},cache_creation_input_token_cost_above_1hr,"
            "input_cost_per_token_above_200k_tokens,output_cost_per_token_above_200k_tokens\n"
            "claude-sonnet-4-5,anthropic,chat,3e-06,1.5e-05,3e-07,3.75e-06,6e-06,6e-06,2.25e-05\n"
        )
    )
    tiers = rows_by_tier(book, "claude-sonnet-4-5")
    assert tiers[0].cache_write_1h_usd_per_million_tokens == Decimal(6)
    assert tiers[200_000].output_usd_per_million_tokens == Decimal("22.5")


def test_tier_without_cache_prices_scales_them_with_the_input(write_json):
    book = read_price_book(write_json())
    tier = rows_by_tier(book, "claude-sonnet-4-5")[200_000]
    assert tier.prices == (*map(Decimal, ("6", "22.5", "0.6", "7.5", "12")), None)
    assert book.scaled_prices == 3


def test_tier_keeps_its_own_cache_price(write_json):
    book = read_price_book(
        write_json(
            {
                "m": {
                    "litellm_provider": "acme",
                    "input_cost_per_token": 1e-06,
                    "cache_read_input_token_cost": 1e-07,
                    "input_cost_per_token_above_272k_tokens": 2e-06,
                    "cache_read_input_token_cost_above_272k_tokens": 5e-07,
                    "input_cost_per_token_above_272k_tokens_priority": 9e-06,
                }
            }
        )
    )
    tier = rows_by_tier(book, "m")[272_000]
    assert tier.cache_read_usd_per_million_tokens == Decimal("0.5")
    assert tier.input_usd_per_million_tokens == Decimal(2)
    assert rows_by_tier(book, "m", "priority")[272_000].prices[0] == Decimal(9)


def test_service_tiers_become_rows_of_each_size(write_json):
    entry = {
        "litellm_provider": "acme",
        "input_cost_per_token": 4e-06,
        "output_cost_per_token": 8e-06,
        "cache_read_input_token_cost": 1e-06,
        "input_cost_per_token_above_200k_tokens": 8e-06,
        "output_cost_per_token_above_200k_tokens": 1.2e-05,
        "input_cost_per_token_batches": 2e-06,
        "output_cost_per_token_batches": 4e-06,
        "provider_specific_entry": {"us": 1.1, "fast": 3},
        "regional_processing_uplift_multiplier_eu": 1.2,
        "search_context_cost_per_query": {
            "search_context_size_low": 0.01,
            "search_context_size_medium": 0.01,
            "search_context_size_high": 0.02,
        },
        "input_cost_per_audio_token": 5e-05,
        "input_cost_per_audio_token_batches": 2.5e-05,
        "output_cost_per_image_2K": 0.12,
    }
    book = read_price_book(write_json({"m": entry}))
    batch, fast = (rows_by_tier(book, "m", tier) for tier in ("batch", "fast"))
    assert batch[0].prices[:3] == (Decimal(2), Decimal(4), Decimal("0.5"))
    # Not stated: a large batch costs as much more as a large request.
    assert batch[200_000].prices[:3] == (Decimal(4), Decimal(6), Decimal(1))
    assert fast[0].prices[:3] == (Decimal(12), Decimal(24), Decimal(3))
    assert dict(batch[0].region_multipliers) == {"eu": Decimal("1.2"), "us": Decimal("1.1")}
    units = dict(rows_by_tier(book, "m")[0].unit_prices_usd)
    assert units["web_search"] == Decimal("0.01")
    assert units["web_search_high"] == Decimal("0.02")
    assert "web_search_low" not in units
    assert units["image_2k"] == Decimal("0.12")
    assert units["audio_input_tokens"] == Decimal("0.00005")
    assert dict(batch[0].unit_prices_usd)["audio_input_tokens"] == Decimal("0.000025")


def test_an_alias_has_the_prices_of_what_it_stands_for(write_json):
    entries = {
        "acme/m-2": {"litellm_provider": "acme", "input_cost_per_token": 1e-06},
        "acme/m-latest": {"alias_of": "acme/m-2"},
    }
    book = read_price_book(write_json(entries))
    assert {row.model: row.prices[0] for row in book.rows} == dict.fromkeys(
        ("m-2", "m-latest"), Decimal(1)
    )


def test_a_price_of_0_is_believed_only_of_what_runs_at_home(write_json):
    """K16: the table writes 0 where it does not know a price."""
    entries = {
        "acme/m": {"litellm_provider": "acme", "input_cost_per_token": 0.0},
        "ollama/m": {"litellm_provider": "ollama", "input_cost_per_token": 0.0},
    }
    book = read_price_book(write_json(entries))
    assert [row.provider for row in book.rows] == ["ollama"]
    assert book.unpriced_models == 1


def test_the_fuller_of_two_entries_stands(write_json):
    entries = {
        "acme/m": {"litellm_provider": "acme", "input_cost_per_token": 1e-06},
        "m": {
            "litellm_provider": "acme",
            "input_cost_per_token": 1e-06,
            "input_cost_per_token_priority": 2e-06,
        },
    }
    book = read_price_book(write_json(entries))
    assert {row.service_tier for row in book.rows} == {"standard", "priority"}
    assert book.duplicate_models == 1


def test_every_threshold_becomes_a_tier(write_json):
    tiers = rows_by_tier(read_price_book(write_json()), "gemini-1.5-pro")
    assert sorted(tiers) == [0, 128_000]
    assert tiers[128_000].prices[:2] == (Decimal("2.5"), Decimal(10))
    assert tiers[0].provider == "google"


def test_list_of_steps_becomes_tiers(write_json):
    steps = [
        {"range": [0, 32e3], "input_cost_per_token": 1.2e-06, "output_cost_per_token": 6e-06},
        {"range": [32e3, 128e3], "input_cost_per_token": 2.4e-06, "output_cost_per_token": 1.2e-05},
    ]
    entry = {"litellm_provider": "dashscope", "tiered_pricing": steps}
    tiers = rows_by_tier(read_price_book(write_json({"dashscope/qwen3-max": entry})), "qwen3-max")
    assert {above: row.prices[:2] for above, row in tiers.items()} == {
        0: (Decimal("1.2"), Decimal(6)),
        32_000: (Decimal("2.4"), Decimal(12)),
    }


def test_a_model_without_a_price_of_tokens_has_those_of_its_units(write_json):
    book = read_price_book(write_json())
    assert dict(rows_by_tier(book, "dall-e-3")[0].unit_prices_usd) == {"image": Decimal("0.04")}
    assert not rows_by_tier(book, "sample_spec")


@pytest.mark.parametrize(
    ("per_token", "per_million"),
    [
        ("0.0000000000000005", "0"),  # half-way: to the even neighbour
        ("0.0000000000000015", "0.000000002"),
    ],
)
def test_more_than_nine_decimals_round_half_even(write_text, per_token, per_million):
    book = read_price_book(write_text(f"{HEADER}\nm,acme,chat,{per_token},1,,\n"))
    assert book.rows[0].input_usd_per_million_tokens == Decimal(per_million)
    assert book.rounded_prices == 1


def test_the_noise_of_a_float_is_no_price(write_text):
    book = read_price_book(write_text(f"{HEADER}\nm,acme,chat,9.499999999999999e-07,,,\n"))
    assert book.rows[0].input_usd_per_million_tokens == Decimal("0.95")
    assert book.rounded_prices == 0


def test_free_cache_writes_with_paid_input_are_plain_input(write_text):
    book = read_price_book(write_text(f"{HEADER}\nm,acme,chat,1e-06,2e-06,1e-07,0.0\n"))
    assert book.rows[0].cache_write_5m_usd_per_million_tokens is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"a": ', "is not valid JSON"),
        ('{"a": {"price": 1}}', "holds no model with a `litellm_provider`"),
        ("day,cost\n2026-01-01,3\n", "is neither JSON nor a CSV with the columns model, provider"),
        ("", "is neither JSON nor a CSV"),
        (f"{HEADER}\nm,acme,chat,-1e-06,,,\n", "model m, input_cost_per_token: -1e-06 is negative"),
        (f"{HEADER}\nm,acme,chat,cheap,,,\n", "'cheap' is no price"),
        (f"{HEADER}\nm,acme,chat,nan,,,\n", "'nan' is no price"),
    ],
)
def test_a_bad_file_is_one_sentence(write_text, content, sentence):
    path = write_text(content)
    with pytest.raises(BadInputError) as error:
        read_price_book(path)
    assert str(error.value).startswith(str(path))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_or_binary_file_is_one_sentence(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        read_price_book(tmp_path / "absent.json")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(BadInputError, match="is not text"):
        read_price_book(binary)
