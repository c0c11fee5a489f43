"""Reading LiteLLM's price table: its JSON, and its CSV with the same field names."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.errors import BadInputError
from orchestration.prices.conversion import price_list
from orchestration.prices.fields import TOKEN_FIELDS
from orchestration.prices.names import provider_name
from orchestration.prices.rows import PRICE_COLUMNS, PriceRow

__all__ = ["PriceBook", "read_price_book"]


@dataclass
class PriceBook:
    """The price rows of a file, and what was done to get them.

    Attributes
    ----------
    rows : list of PriceRow
        All tiers of all models, dated :data:`~orchestration.prices.rows.FROM_THE_BEGINNING`.
    given_columns : frozenset of str
        The price columns that the file can state at all; a CSV may have no column for some.
    has_tiers : bool
        Whether the file can state service tiers, sizes, units and regions.
    unpriced_models : int
        Entries left out because they state no price, or 0 for everything.
    rounded_prices : int
        Prices with more than 9 decimals per million tokens, rounded half to even.
    scaled_prices : int
        Prices of a tier that the file does not give, taken from the base price in proportion.
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
    """Read LiteLLM's price table.

    Parameters
    ----------
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
            given_columns=frozenset(TOKEN_FIELDS[name] for name in columns if name in TOKEN_FIELDS),
            has_tiers=any(name.endswith(("_batches", "_tokens")) for name in columns),
        )
    models: dict[tuple[str, str], tuple[tuple[int, bool], list[PriceRow]]] = {}
    for name, provider, fields in entries:
        listed = price_list(name, provider, fields, where=f"{path}: model {name}")
        book.rounded_prices += listed.rounded_prices
        book.scaled_prices += listed.scaled_prices
        if not listed.rows:
            book.unpriced_models += 1
            continue
        key = (provider_name(provider), listed.rows[0].model.lower())
        # LiteLLM lists some models twice, plain and with the provider in front: the fuller entry
        # stands, of equal ones the name with the provider.
        fullness = (len(listed.rows), name != listed.rows[0].model)
        if key in models:
            book.duplicate_models += 1
            if models[key][0] >= fullness:
                continue
        models[key] = (fullness, listed.rows)
    book.rows = sorted(
        (row for _, rows in models.values() for row in rows), key=lambda row: row.sort_key
    )
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
    """Yield name, provider and fields of each model of the JSON table."""
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
    for name, fields in document.items():
        target = models.get(fields.get("alias_of")) if isinstance(fields, dict) else None
        stated = target or models.get(name)
        if stated:
            yield name, str(stated["litellm_provider"]), stated


def _csv_entries(
    path: Path, text: str
) -> tuple[Iterator[tuple[str, str, Mapping[str, Any]]], list[str]]:
    """Return name, provider and fields of each line of the CSV table, and its columns."""
    lines = csv.DictReader(io.StringIO(text))
    columns = list(lines.fieldnames or [])
    missing = [c for c in ("model", "provider", "input_cost_per_token") if c not in columns]
    if missing:
        raise BadInputError(
            f"{path}: is neither JSON nor a CSV with the column{'s' * (len(missing) > 1)} "
            f"{', '.join(missing)}; give LiteLLM's price file."
        )
    return ((line["model"], line["provider"], line) for line in lines), columns
