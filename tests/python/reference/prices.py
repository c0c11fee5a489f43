"""Prices of calls in decimal arithmetic, from the project's price seed."""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

MILLION = Decimal(1_000_000)
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
        # Of two price lists from one first day the one written by hand stands, until its last day.
        for file in (seed.with_name("price_history.csv"), seed):
            with file.open(newline="") as lines:
                for row in csv.DictReader(lines):
                    self._rows.setdefault(row["model"], []).append({**row, "file": file.stem})

    def cost(
        self,
        model: str,
        provider: str,
        tokens: Tokens,
        called_at: datetime,
        cache_in_input: bool,
        *,
        tier: str = "standard",
    ) -> Decimal | None:
        """Return a call's US dollars, or ``None`` without a price."""
        inputs = tokens.logged_input + (0 if cache_in_input else tokens.cached)
        row = self._row(model, provider, inputs, called_at.date(), tier)
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
        return sum((n * _price(row, kinds) for n, kinds in amounts), Decimal(0)) / MILLION

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


def _price(row: dict[str, str], kinds: tuple[str, ...]) -> Decimal:
    """Return the first price of the row among the kinds, in US dollars per million tokens."""
    prices = (row[f"{kind}_usd_per_million_tokens"] for kind in kinds)
    return Decimal(next((price for price in prices if price), "0"))
