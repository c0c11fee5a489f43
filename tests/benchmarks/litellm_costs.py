"""What calls cost by LiteLLM's table, computed from its own fields: independent of this project.

Nothing of ``orchestration.prices`` is used, nor its SQL: a mistake in reading the table or in the
formula shows as a difference.
"""

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["cost_of", "priced_entries", "table_path"]

TIER_SUFFIXES = {"batch": "_batches", "flex": "_flex", "priority": "_priority"}


def table_path() -> Path:
    """Return the table that the installed LiteLLM carries, without importing it."""
    package = importlib.util.find_spec("litellm")
    return Path(package.origin).parent / "model_prices_and_context_window_backup.json"


@cache
def table() -> dict[str, Any]:
    """Return the entries of the table, with exact prices."""
    entries = json.loads(table_path().read_text(encoding="utf-8"), parse_float=Decimal)
    return {name: entry for name, entry in entries.items() if name != "sample_spec"}


def priced_entries() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and entry of each model with a price for tokens above 0."""
    for name, entry in table().items():
        prices = [entry.get("input_cost_per_token"), entry.get("output_cost_per_token")]
        steps = [step for step in entry.get("tiered_pricing") or [] if "range" in step]
        if any(prices) or any(step.get("input_cost_per_token") for step in steps):
            yield name, entry


def cost_of(
    entry: Mapping[str, Any],
    *,
    input_tokens: int,
    output_tokens: int,
    cache_read: int = 0,
    cache_write: int = 0,
    tier: str = "standard",
) -> Decimal:
    """Return the cost of a call; ``input_tokens`` are all, cached ones included.

    A price that a tier does not state is the tier below's: of the size, of the standard tier.
    """
    above = _above(entry, input_tokens)
    suffixes = [""]
    if above:
        suffixes.insert(0, f"_above_{above // 1000}k_tokens")
    if tier != "standard":
        suffixes = [size + TIER_SUFFIXES[tier] for size in suffixes] + suffixes

    def usd(field: str, otherwise: Decimal = Decimal(0)) -> Decimal:
        for suffix in suffixes:
            if entry.get(field + suffix) is not None:
                return Decimal(str(entry[field + suffix]))
        return otherwise

    plain = _step(entry, input_tokens, "input_cost_per_token") or usd("input_cost_per_token")
    answer = _step(entry, input_tokens, "output_cost_per_token") or usd("output_cost_per_token")
    return (
        (input_tokens - cache_read - cache_write) * plain
        + cache_read * usd("cache_read_input_token_cost", plain)
        + cache_write * (usd("cache_creation_input_token_cost", plain) or plain)
        + output_tokens * answer
    )


def _above(entry: Mapping[str, Any], input_tokens: int) -> int:
    """Return the highest size of the entry that the input exceeds."""
    sizes = [
        int(found[1]) * 1000
        for field in entry
        if (found := re.fullmatch(r"input_cost_per_token_above_(\d+)k_tokens", field))
    ]
    return (
        0
        if _is_sum(entry, sizes, input_tokens)
        else max((size for size in sizes if size < input_tokens), default=0)
    )


def _is_sum(entry: Mapping[str, Any], sizes: list[int], input_tokens: int) -> bool:
    """Tell whether no request of the model can have this input, so that it is one of several."""
    largest = entry.get("max_input_tokens") or 0
    return bool(sizes) and max(sizes) < largest < input_tokens


def _step(entry: Mapping[str, Any], input_tokens: int, field: str) -> Decimal | None:
    """Return the price of the step that the input falls into, of entries that list steps."""
    price = None
    steps = [step for step in entry.get("tiered_pricing") or [] if "range" in step]
    if _is_sum(entry, [step["range"][0] for step in steps], input_tokens):
        steps = steps[:1]
    for step in steps:
        if step["range"][0] < input_tokens and step.get(field) is not None:
            price = Decimal(str(step[field]))
    return price
