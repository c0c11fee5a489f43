"""Prices of calls in decimal arithmetic, from the project's price seed."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

MILLION = Decimal(1_000_000)
# Where a kind of token has no price of its own it costs what the next does.
_KINDS = {
    "input": ("input",),
    "cache_read": ("cache_read", "input"),
    "cache_write_5m": ("cache_write_5m", "input"),
    "output": ("output",),
}
DATED = re.compile(r"[-@](20\d{6}|20\d{2}-\d{2}-\d{2})(-v\d+(:\d+)?)?$")


@dataclass(frozen=True)
class Tokens:
    """Tokens of a call; ``logged_input`` holds the cached ones only where its provider says so."""

    logged_input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def cached(self) -> int:
        """Return the input tokens read from or written to a cache."""
        return self.cache_read + self.cache_write_5m + self.cache_write_1h


class PriceBook:
    """The seed's prices by model name."""

    def __init__(self, seed: Path) -> None:
        self._rows: dict[str, list[dict[str, str]]] = {}
        self._units = seed.with_name("usage_units.csv")
        # Of two price lists from one first day the one written by hand stands, until its last day.
        for file in (seed.with_name("price_history.csv"), seed):
            with file.open(newline="") as lines:
                for row in csv.DictReader(lines):
                    self._rows.setdefault(row["model"].lower(), []).append(
                        {**row, "file": file.stem}
                    )

    def cost(
        self,
        model: str,
        provider: str,
        tokens: Tokens,
        called_at: datetime,
        cache_in_input: bool,
        *,
        tier: str = "standard",
        region: str = "",
        units: Mapping[str, Decimal] | None = None,
        requests: int = 1,
    ) -> Decimal | None:
        """Return a call's US dollars, or ``None`` without a price.

        Of a sum of several requests the mean one decides which price by size holds.
        """
        inputs = tokens.logged_input + (0 if cache_in_input else tokens.cached)
        row = self._row(model, provider, inputs // max(requests, 1), called_at.date(), tier)
        if row is None:
            return None
        amounts = (
            (inputs - tokens.cached, ("input",)),
            (tokens.cache_read, ("cache_read", "input")),
            (tokens.cache_write_5m, ("cache_write_5m", "input")),
            (tokens.cache_write_1h, ("cache_write_1h", "cache_write_5m", "input")),
            (tokens.output - tokens.reasoning, ("output",)),
            (tokens.reasoning, ("reasoning", "output")),
        )
        cost = sum((n * _price(row, kinds) for n, kinds in amounts), Decimal(0)) / MILLION
        prices, parts = _literal(row["unit_prices_usd"]), self._parts_of_tokens
        for unit, amount in (units or {}).items():
            if unit in parts:
                # A part of the tokens above, at a price of its own where there is one.
                own = prices.get(unit)
                usual = _price(row, _KINDS[parts[unit]]) / MILLION
                cost += amount * (own - usual) if own is not None else 0
            elif unit not in prices:
                return None
            else:
                cost += amount * prices[unit]
        return cost * _multiplier(_literal(row["region_multipliers"]), region)

    @cached_property
    def _parts_of_tokens(self) -> dict[str, str]:
        with self._units.open(newline="") as lines:
            return {row["unit"]: row["part_of"] for row in csv.DictReader(lines) if row["part_of"]}

    def sells(self, model: str, provider: str) -> bool:
        """Tell whether the provider has a price of the model by its name, dated or not."""
        rows = self._rows.get(model) or self._rows.get(DATED.sub("", model)) or []
        return any(row["provider"] == provider for row in rows)

    def _row(
        self, model: str, provider: str, inputs: int, day: date, tier: str
    ) -> dict[str, str] | None:
        """Return the row in force: of this provider if it has any, latest, highest tier passed."""
        rows = self._rows.get(model) or self._rows.get(DATED.sub("", model)) or []
        rows = [row for row in rows if row["service_tier"] == tier]
        rows = [row for row in rows if row["provider"] == provider] or rows
        rows = [
            row
            for row in rows
            if row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999-12-31")
        ]
        if not rows:
            return None
        latest = max(row["valid_from"] for row in rows)
        rows = [row for row in rows if row["valid_from"] == latest]
        rows = [row for row in rows if row["file"] == rows[0]["file"]]
        tiers = [
            row
            for row in rows
            if row["valid_from"] == latest
            and (int(row["above_input_tokens"]) == 0 or inputs > int(row["above_input_tokens"]))
        ]
        return max(tiers, key=lambda row: int(row["above_input_tokens"]), default=None)


def _literal(text: str) -> dict[str, Decimal]:
    """Return a map that the seed writes as ClickHouse does: ``{'us':1.1}``."""
    return json.loads(text.replace("'", '"') or "{}", parse_float=Decimal, parse_int=Decimal)


def _multiplier(multipliers: Mapping[str, Decimal], region: str) -> Decimal:
    """Return what a region costs: by its name, by the part of the world, or as any region."""
    names = (region.lower(), region.lower().split("-")[0], "regional" if region else "")
    return next((multipliers[name] for name in names if name in multipliers), Decimal(1))


def _price(row: dict[str, str], kinds: tuple[str, ...]) -> Decimal:
    """Return the first price of the row among the kinds, in US dollars per million tokens."""
    prices = (row[f"{kind}_usd_per_million_tokens"] for kind in kinds)
    return Decimal(next((price for price in prices if price), "0"))
