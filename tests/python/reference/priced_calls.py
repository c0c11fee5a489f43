"""What calls of a warehouse cost by the price book, in Python: only names and numbers are taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from reference.prices import PriceBook, Tokens

__all__ = ["PRICED_CALLS", "Compared", "compare"]

PLACES = Decimal("1e-9")
PRICED_CALLS = """
    select
        call_id,
        lower(model) as model,
        price_provider,
        price_tier,
        region,
        called_date,
        input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        reasoning_tokens,
        usage_units,
        logged_call_count,
        computed_cost_usd
    from marts.fct_calls
    where computed_cost_usd is not null
"""


@dataclass
class Compared:
    """The result of a comparison.

    Attributes
    ----------
    alike : int
        Calls that SQL prices as Python does.
    not_compared : int
        Calls of which Python knows no price by the name alone, and those with units, with a region
        or of several requests: their rules are worked out by hand in ``prices/test_costs.py``.
    differing : list of str
        The others, each with both costs.
    """

    alike: int = 0
    not_compared: int = 0
    differing: list[str] = field(default_factory=list)


def compare(book: PriceBook, calls: Iterable[dict[str, Any]]) -> Compared:
    """Price calls in Python, and say which of them SQL prices otherwise."""
    compared = Compared()
    for call in calls:
        is_simple = not call["usage_units"] and not call["region"]
        own = _cost(book, call) if is_simple and call["logged_call_count"] == 1 else None
        if own is None:
            compared.not_compared += 1
        elif own.quantize(PLACES) == Decimal(call["computed_cost_usd"]).quantize(PLACES):
            compared.alike += 1
        else:
            compared.differing.append(
                f"{call['call_id']} ({call['model']}): {own} by Python, "
                f"{call['computed_cost_usd']} by SQL"
            )
    return compared


def _cost(book: PriceBook, call: dict[str, Any]) -> Decimal | None:
    if not book.sells(call["model"], call["price_provider"]):
        return None
    tokens = Tokens(
        logged_input=call["input_tokens"] or 0,
        cache_read=call["cache_read_tokens"] or 0,
        cache_write_5m=call["cache_write_5m_tokens"] or 0,
        cache_write_1h=call["cache_write_1h_tokens"] or 0,
        output=call["output_tokens"] or 0,
        reasoning=call["reasoning_tokens"] or 0,
    )
    called_at = datetime.combine(call["called_date"], time())
    # The mart's input has the cached tokens in it.
    return book.cost(
        call["model"], call["price_provider"], tokens, called_at, True, tier=call["price_tier"]
    )
