"""The price fields of LiteLLM's table: which price each one is, of which tier and size."""

import csv
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.prices.rows import STANDARD_TIER

__all__ = ["TOKEN_FIELDS", "Price", "stated_multipliers", "stated_prices"]

# LiteLLM's field of each price of tokens, in USD per token.
TOKEN_FIELDS = {
    "input_cost_per_token": "input_usd_per_million_tokens",
    "output_cost_per_token": "output_usd_per_million_tokens",
    "input_cost_per_token_cache_hit": "cache_read_usd_per_million_tokens",
    "cache_read_input_token_cost": "cache_read_usd_per_million_tokens",
    "cache_creation_input_token_cost": "cache_write_5m_usd_per_million_tokens",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h_usd_per_million_tokens",
    "output_cost_per_reasoning_token": "reasoning_usd_per_million_tokens",
}
TIER_NAMES = {"batches": "batch"}

# Behind the field's own name: the size of the picture, the size of the input, the tier.
_SUFFIX = re.compile(
    r"(?:_(?P<size>\d+p|\d+k|[\d.]+K|\d+))?"
    r"(?:_above_(?P<thousands>\d+)k_tokens)?"
    r"(?:_(?P<tier>[a-z]+))?"
)
_THOUSAND = Decimal(1000)


@dataclass(frozen=True)
class Price:
    """One price that an entry states.

    Attributes
    ----------
    tier : tuple of (str, int)
        Service tier, and input tokens above which it holds.
    kind : str
        A column of :data:`TOKEN_FIELDS`, or a unit of the seed ``usage_units``.
    usd : Decimal
        US dollars per token or unit.
    """

    tier: tuple[str, int]
    kind: str
    usd: Decimal


def stated_prices(fields: Mapping[str, Any], where: str) -> Iterator[Price]:
    """Yield the prices of an entry; of two fields for one price the later in the seed's order.

    Parameters
    ----------
    fields : mapping
        An entry of the table.
    where : str
        File and model, for the error.

    Yields
    ------
    Price
        Each with its tier.

    Raises
    ------
    BadInputError
        If a price is negative or no number.
    """
    for name, value in _flat(fields).items():
        known = _kind_of(name)
        if known is None or value is None or value == "":
            continue
        tier, kind, divisor = known
        yield Price(tier, kind, _usd(value, f"{where}, {name}") / divisor)
    # Or a list of steps: {"range": [32000, 128000], "input_cost_per_token": …}.
    for step in fields.get("tiered_pricing") or []:
        if isinstance(step, dict) and step.get("range"):
            above = int(step["range"][0])
            for name, value in step.items():
                if name in TOKEN_FIELDS and value is not None:
                    usd = _usd(value, f"{where}, {name}")
                    yield Price((STANDARD_TIER, above), TOKEN_FIELDS[name], usd)


def stated_multipliers(fields: Mapping[str, Any]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return the multipliers of an entry's prices of tokens, by service tier and by region.

    LiteLLM writes Anthropic's fast mode and US inference as ``{"fast": 2, "us": 1.1}``, OpenAI's
    data residency as ``regional_processing_uplift_multiplier_eu`` and Vertex AI's regional
    endpoints, whatever the region, as ``regional_endpoint_uplift_multiplier``.

    Parameters
    ----------
    fields : mapping
        An entry of the table.

    Returns
    -------
    tuple of two dicts
        By service tier, and by region (``regional`` is any that is named).
    """
    tiers: dict[str, Decimal] = {}
    regions: dict[str, Decimal] = {}
    for name, value in (fields.get("provider_specific_entry") or {}).items():
        if isinstance(value, int | float | Decimal):
            (tiers if name == "fast" else regions)[name] = Decimal(str(value))
    for name, value in fields.items():
        if name == "regional_endpoint_uplift_multiplier" and value:
            regions["regional"] = Decimal(str(value))
        elif name.startswith("regional_processing_uplift_multiplier_") and value:
            regions[name.rsplit("_", 1)[1]] = Decimal(str(value))
    return tiers, regions


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's fields, those of a nested object under ``outer.inner``."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": amount for inner, amount in value.items()}
        else:
            flat[name] = value
    return flat


@functools.cache
def _kind_of(name: str) -> tuple[tuple[str, int], str, Decimal] | None:
    """Tell which price a field is: its tier, kind, and how many units it is for."""
    units = _unit_fields()
    for field in _longest_first():
        if not name.startswith(field):
            continue
        suffix = _SUFFIX.fullmatch(name[len(field) :])
        if suffix is None or (suffix["size"] and field in TOKEN_FIELDS):
            continue
        tier = TIER_NAMES.get(suffix["tier"], suffix["tier"]) or STANDARD_TIER
        above = int(suffix["thousands"] or 0) * 1000
        if field in TOKEN_FIELDS:
            return (tier, above), TOKEN_FIELDS[field], Decimal(1)
        size = f"_{suffix['size'].lower()}" if suffix["size"] else ""
        divisor = _THOUSAND if field.endswith("_per_1k_calls") else Decimal(1)
        return (tier, above), units[field] + size, divisor
    return None


@functools.cache
def _longest_first() -> list[str]:
    """Return all fields' own names; a longer one is not a shorter one's suffix."""
    return sorted([*TOKEN_FIELDS, *_unit_fields()], key=len, reverse=True)


@functools.cache
def _unit_fields() -> dict[str, str]:
    """Return the unit of each of LiteLLM's fields, from the seed ``usage_units``."""
    path = settings.project_dir() / "seeds" / "usage_units.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            field: record["unit"]
            for record in csv.DictReader(lines)
            for field in record["litellm_fields"].split()
        }


def _usd(value: Any, where: str) -> Decimal:
    """Read an amount; a table's floats end in noise (1.5000020000000002e-05), which is cut off."""
    try:
        usd = +Decimal(str(value))
        is_negative = usd < 0
    except InvalidOperation as error:
        raise BadInputError(f"{where}: {value!r} is no price; correct it in the file.") from error
    if is_negative:
        raise BadInputError(f"{where}: {value} is negative; correct it in the file.")
    return usd
