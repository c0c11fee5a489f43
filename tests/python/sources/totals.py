"""Totals of example logs, counted while they are written."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

__all__ = ["Totals", "call_totals"]


@dataclass
class Totals:
    """Sums over the calls of example logs, and counts of what else is in them.

    Attributes
    ----------
    runs, calls : int
        How many there are, each once however often it was written.
    input_tokens, cached_tokens, output_tokens : int
        Tokens; the cached are a part of the input.
    reported_cost_usd : Decimal
        What the logs say it cost; zero where they say nothing.
    counts : dict of str to int
        Whatever else a source has, by name.
    """

    runs: int = 0
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reported_cost_usd: Decimal = Decimal(0)
    counts: dict[str, int] = field(default_factory=dict)

    def add_call(
        self, input_tokens: int, output_tokens: int, cached_tokens: int = 0, cost: Any = 0
    ) -> None:
        """Count one call."""
        self.calls += 1
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
        self.cached_tokens += cached_tokens
        self.reported_cost_usd += Decimal(str(cost))

    def count(self, name: str, by: int = 1) -> None:
        """Count something else."""
        self.counts[name] = self.counts.get(name, 0) + by


def call_totals(warehouse, source: str) -> Totals:
    """Return what the warehouse makes of the calls of a source."""
    [row] = warehouse.rows(
        "select uniqExact(run_id) as runs, sum(logged_call_count) as calls, "
        "sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, "
        "sum(cache_read_tokens) as cached_tokens, "
        "coalesce(sum(reported_cost_usd), 0) as reported_cost_usd "
        f"from intermediate.int_calls where source = '{source}'"
    )
    return Totals(**row)
