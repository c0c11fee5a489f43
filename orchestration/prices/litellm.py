"""Reading LiteLLM's price book: its JSON, and its CSV with the same field names."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from orchestration.errors import BadInputError
from orchestration.prices.names import model_name, provider_name
from orchestration.prices.rows import (
    PRICE_COLUMNS,
    SMALLEST_PRICE,
    PriceRow,
    in_proportion,
    is_cache_in_input,
)

__all__ = ["PriceBook", "read_price_book"]

# LiteLLM's field of each price, in USD per token.
FIELDS = {
    "input_usd_per_million_tokens": "input_cost_per_token",
    "output_usd_per_million_tokens": "output_cost_per_token",
    "cache_read_usd_per_million_tokens": "cache_read_input_token_cost",
    "cache_write_5m_usd_per_million_tokens": "cache_creation_input_token_cost",
    "cache_write_1h_usd_per_million_tokens": "cache_creation_input_token_cost_above_1hr",
    "reasoning_usd_per_million_tokens": "output_cost_per_reasoning_token",
}
TIER_FIELD = re.compile(r"^(?P<field>.+)_above_(?P<thousands>\d+)k_tokens$")

MILLION = Decimal(1_000_000)


@dataclass
class PriceBook:
    """The price rows of a file, and what was done to get them.

    Attributes
    ----------
    rows : list of PriceRow
        All tiers of all models, dated :data:`~orchestration.prices.rows.FROM_THE_BEGINNING`.
    given_columns : frozenset of str
        The price columns that the file can state at all; a CSV may lack some.
    has_tiers : bool
        Whether the file can state prices above a number of input tokens.
    unpriced_models : int
        Entries left out because they have no price per token.
    rounded_prices : int
        Prices with more than 6 decimals per million tokens, rounded half to even.
    scaled_prices : int
        Prices above a threshold that the file does not give, taken from the base price.
    duplicate_models : int
        Entries left out because another entry is the same model of the same provider.
    """

    rows: list[PriceRow] = field(default_factory=list)
    given_columns: frozenset[str] = frozenset(PRICE_COLUMNS)
    has_tiers: bool = True
    unpriced_models: int = 0
    rounded_prices: int = 0
    scaled_prices: int = 0
    duplicate_models: int = 0


def read_price_book(path: Path) -> PriceBook:
    """Read LiteLLM's price book.

    Arguments
    ---------
    path : Path
        ``model_prices_and_context_window.json``, or a CSV with the columns ``model``, ``provider``,
        ``input_cost_per_token`` and any other of LiteLLM's price fields.

    Returns
    -------
    PriceBook
        Prices in USD per million tokens, exact: no price passes through a float.

    Raises
    ------
    BadInputError
        If the file cannot be read, is neither format, or holds a price that is negative or no
        number.
    """
    text = _read_text(path)
    if text.lstrip().startswith("{"):
        entries = _json_entries(path, text)
        book = PriceBook()
    else:
        entries, columns = _csv_entries(path, text)
        book = PriceBook(
            given_columns=frozenset(column for column in FIELDS if FIELDS[column] in columns),
            has_tiers=any(TIER_FIELD.match(column) for column in columns),
        )
    models: dict[tuple[str, str], tuple[bool, list[PriceRow]]] = {}
    for name, provider, fields in entries:
        rows = _price_rows(path, name, provider, fields, book)
        if not rows:
            book.unpriced_models += 1
            continue
        key = (rows[0].provider, rows[0].model)
        # LiteLLM lists some models twice, plain and with the provider in front. The name with the
        # provider is the fuller entry.
        is_qualified = name != rows[0].model
        if key in models:
            book.duplicate_models += 1
            if models[key][0] >= is_qualified:
                continue
        models[key] = (is_qualified, rows)
    book.rows = sorted(_with_one_google(models, book), key=lambda row: row.sort_key)
    return book


def _read_text(path: Path) -> str:
    """Read the file as text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInputError(
            f"{path}: cannot be read ({error.strerror}); give a price file."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"{path}: is not text; give LiteLLM's price file as JSON or CSV."
        ) from error


def _json_entries(path: Path, text: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield name, provider and fields of each model of the JSON book."""
    try:
        document = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise BadInputError(
            f"{path}: is not valid JSON ({error}); download LiteLLM's price file again."
        ) from error
    models = {
        name: fields
        for name, fields in document.items()
        if name != "sample_spec" and isinstance(fields, dict) and "litellm_provider" in fields
    }
    if not models:
        raise BadInputError(
            f"{path}: holds no model with a `litellm_provider`; "
            "give LiteLLM's model_prices_and_context_window.json."
        )
    for name, fields in models.items():
        yield name, str(fields["litellm_provider"]), fields


def _csv_entries(
    path: Path, text: str
) -> tuple[Iterator[tuple[str, str, Mapping[str, Any]]], list[str]]:
    """Return name, provider and fields of each line of the CSV book, and its columns."""
    lines = csv.DictReader(io.StringIO(text))
    columns = list(lines.fieldnames or [])
    missing = [c for c in ("model", "provider", "input_cost_per_token") if c not in columns]
    if missing:
        raise BadInputError(
            f"{path}: is neither JSON nor a CSV with the column{'s' * (len(missing) > 1)} "
            f"{', '.join(missing)}; give LiteLLM's price file."
        )
    return ((line["model"], line["provider"], line) for line in lines), columns


def _price_rows(
    path: Path,
    litellm_model: str,
    litellm_provider: str,
    fields: Mapping[str, Any],
    book: PriceBook,
) -> list[PriceRow]:
    """Return the price rows of one entry, base first; none if it has no price per token."""
    where = f"{path}: model {litellm_model}"
    tiers = {
        above: {
            column: _per_million(value, f"{where}, {name}", book)
            for column, (name, value) in stated.items()
        }
        for above, stated in _stated_prices(fields).items()
    }
    if not tiers:
        return []
    model = model_name(litellm_model, litellm_provider)
    provider = provider_name(litellm_provider)
    base_prices = tiers.pop(0, {})
    _drop_free_cache_writes(base_prices)
    base = PriceRow(
        model=model,
        provider=provider,
        is_cache_in_input=is_cache_in_input(model, provider),
        **base_prices,
    )
    rows = [base] if base_prices else []
    for above, prices in sorted(tiers.items()):
        _drop_free_cache_writes(prices)
        # A tier's missing price would bill cached tokens above the threshold as plain input.
        stated = PriceRow(model=model, provider=provider, **prices)
        scaled = {
            column: in_proportion(getattr(base, column), column, before=base, now=stated)
            for column in PRICE_COLUMNS
            if column not in prices and getattr(base, column) is not None
        }
        book.scaled_prices += len(scaled)
        rows.append(replace(base, above_input_tokens=above, **scaled, **prices))
    return rows


def _stated_prices(fields: Mapping[str, Any]) -> dict[int, dict[str, tuple[str, Any]]]:
    """Collect the price fields of an entry by tier and price column."""
    column_of = {name: column for column, name in FIELDS.items()}
    tiers: dict[int, dict[str, tuple[str, Any]]] = {}
    for name, value in fields.items():
        if value is None or value == "":
            continue
        tier = TIER_FIELD.match(name)
        above = int(tier["thousands"]) * 1000 if tier else 0
        column = column_of.get(tier["field"] if tier else name)
        if column:
            tiers.setdefault(above, {})[column] = (name, value)
    # Or a list of steps: {"range": [32000, 128000], "input_cost_per_token": …}.
    for step in fields.get("tiered_pricing") or []:
        if isinstance(step, dict) and step.get("range"):
            above = int(step["range"][0])
            for name, value in step.items():
                if name in column_of and value is not None:
                    tiers.setdefault(above, {})[column_of[name]] = (name, value)
    return tiers


def _per_million(value: Any, where: str, book: PriceBook) -> Decimal:
    """Turn USD per token into USD per million tokens with 6 decimals."""
    try:
        exact = Decimal(str(value)) * MILLION
        price = exact.quantize(SMALLEST_PRICE, rounding=ROUND_HALF_EVEN)
        is_negative = price < 0
    except InvalidOperation as error:
        raise BadInputError(f"{where}: {value!r} is no price; mend it in the file.") from error
    if is_negative:
        raise BadInputError(f"{where}: {value} is negative; mend it in the file.")
    book.rounded_prices += price != exact
    return price


def _drop_free_cache_writes(prices: dict[str, Decimal]) -> None:
    """Take out cache writes at 0 beside a price for input.

    LiteLLM writes 0 where a provider makes no surcharge for writing. The tokens are still input:
    no provider gives them away.
    """
    if prices.get("input_usd_per_million_tokens"):
        for column in (
            "cache_write_5m_usd_per_million_tokens",
            "cache_write_1h_usd_per_million_tokens",
        ):
            if prices.get(column) == 0:
                del prices[column]


def _with_one_google(
    models: Mapping[tuple[str, str], tuple[bool, list[PriceRow]]], book: PriceBook
) -> Iterator[PriceRow]:
    """Yield all rows, Gemini once where Google's two interfaces charge the same.

    LiteLLM's plain names (``gemini-2.5-pro``) are its Vertex AI entries; without a twin for the
    Gemini API they are Google's only price. A name with ``vertex_ai/`` in front is Vertex AI's.
    """
    for (provider, model), (is_qualified, rows) in models.items():
        twin = models.get(("google", model))
        if provider != "vertex_ai" or not model.startswith("gemini") or (is_qualified and not twin):
            yield from rows
        elif twin is None:
            yield from (replace(row, provider="google") for row in rows)
        elif [row.prices for row in twin[1]] == [row.prices for row in rows]:
            book.duplicate_models += 1
        else:
            yield from rows
