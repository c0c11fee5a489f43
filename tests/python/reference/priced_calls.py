"""What calls of a warehouse cost by the price book, in Python: only names and numbers are taken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from reference.prices import PriceBook, Tokens

__all__ = ["PRICED_CALLS", "Compared", "compare"]

PLACES = Decimal("1e-9")
_DATES = re.compile(r":\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?(:\d+)?$")
PRICED_CALLS = """
    select
        call_id,
        lower(model) as model,
        price_provider,
        price_id,
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
    by_price : int
        Those of them whose name only the resolver knows: the name of their price is taken. Which
        price a name means is tested with the prices.
    not_compared : list of str
        Calls of which Python knows no price, such as a unit without one, each with its model.
    differing : list of str
        The others, each with both costs.
    """

    alike: int = 0
    by_price: int = 0
    not_compared: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def compare(book: PriceBook, calls: Iterable[dict[str, Any]]) -> Compared:
    """Price calls in Python, and say which of them SQL prices otherwise."""
    compared = Compared()
    for call in calls:
        is_by_name = book.sells(call["model"], call["price_provider"])
        model = call["model"] if is_by_name else _priced_model(call)
        own = _cost(book, call, model)
        if own is None:
            compared.not_compared.append(f"{call['model']} ({call['price_id']})")
        elif own.quantize(PLACES) == Decimal(call["computed_cost_usd"]).quantize(PLACES):
            compared.alike += 1
            compared.by_price += not is_by_name
        else:
            compared.differing.append(
                f"{call['call_id']} ({call['model']}): {own} by Python, "
                f"{call['computed_cost_usd']} by SQL"
            )
    return compared


def _priced_model(call: dict[str, Any]) -> str:
    """Return the model of the price that was met."""
    head = f":{call['price_provider']}:"
    _, _, rest = call["price_id"].partition(head)
    return _DATES.sub("", rest).lower()


def _cost(book: PriceBook, call: dict[str, Any], model: str) -> Decimal | None:
    if not book.sells(model, call["price_provider"]):
        return None
    tokens = Tokens(
        logged_input=call["input_tokens"] or 0,
        cache_read=call["cache_read_tokens"] or 0,
        cache_write_5m=call["cache_write_5m_tokens"] or 0,
        cache_write_1h=call["cache_write_1h_tokens"] or 0,
        output=call["output_tokens"] or 0,
        reasoning=call["reasoning_tokens"] or 0,
    )
    return book.cost(
        model,
        call["price_provider"],
        tokens,
        datetime.combine(call["called_date"], time()),
        # The mart's input has the cached tokens in it.
        True,
        tier=call["price_tier"],
        region=call["region"],
        units=call["usage_units"],
        requests=call["logged_call_count"],
    )
