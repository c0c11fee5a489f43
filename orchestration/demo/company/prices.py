"""List prices of the models that the company calls, written down apart from the price book."""

from decimal import Decimal
from typing import NamedTuple

__all__ = ["PROVIDERS", "Tokens", "cost_of", "list_price"]

# USD per million tokens: input, cache read, cache write for 5 minutes, for an hour, output.
_PRICES = {
    "claude-opus-4-5-20251101": ("5", "0.5", "6.25", "10", "25"),
    "claude-sonnet-4-5-20250929": ("3", "0.3", "3.75", "6", "15"),
    "claude-haiku-4-5-20251001": ("1", "0.1", "1.25", "2", "5"),
    "gpt-4.1": ("2", "0.5", "0", "0", "8"),
    "gpt-4o": ("2.5", "1.25", "0", "0", "10"),
    "gpt-4o-mini": ("0.15", "0.075", "0", "0", "0.6"),
    "gpt-5-codex": ("1.25", "0.125", "0", "0", "10"),
    "ft:gpt-4o-mini-2024-07-18": ("0.3", "0.15", "0", "0", "1.2"),
    "text-embedding-3-small": ("0.02", "0", "0", "0", "0"),
}
PROVIDERS = {name: "anthropic" if name.startswith("claude") else "openai" for name in _PRICES}


class Tokens(NamedTuple):
    """Tokens of a call, each counted once: the whole input is the sum of all but the output."""

    fresh: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0

    @property
    def input(self) -> int:
        """Return the whole input."""
        return sum(self) - self.output


def list_price(model: str) -> dict[str, Decimal]:
    """Return a model's list prices by the names of :class:`Tokens`, in USD per million."""
    return dict(zip(Tokens._fields, map(Decimal, _PRICES[model]), strict=True))


def cost_of(model: str, tokens: Tokens) -> Decimal:
    """Return what a call costs at list price, exactly, in USD."""
    prices = map(Decimal, _PRICES[model])
    return (
        sum((count * price for count, price in zip(tokens, prices, strict=True)), Decimal(0))
        / 1_000_000
    )
