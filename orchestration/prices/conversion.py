"""From an entry of LiteLLM's table to a price list: a row per service tier and input size."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from orchestration.prices.fields import stated_multipliers, stated_prices
from orchestration.prices.names import has_cache_in_input, model_name, project_vars, provider_name
from orchestration.prices.rows import (
    PRICE_COLUMNS,
    STANDARD_TIER,
    PriceRow,
    completed,
    rounded,
)

__all__ = ["PriceList", "price_list"]

MILLION = Decimal(1_000_000)
BASE = (STANDARD_TIER, 0)
CACHE_WRITES = ("cache_write_5m_usd_per_million_tokens", "cache_write_1h_usd_per_million_tokens")

Tier = tuple[str, int]
Prices = dict[str, Decimal]


@dataclass
class PriceList:
    """The rows of one entry, base first, and what was done to get them.

    Attributes
    ----------
    rows : list of PriceRow
        None if the entry states no price.
    rounded_prices, scaled_prices : int
        As in :class:`~orchestration.prices.litellm.PriceBook`.
    """

    rows: list[PriceRow] = field(default_factory=list)
    rounded_prices: int = 0
    scaled_prices: int = 0


def price_list(
    litellm_model: str, litellm_provider: str, fields: Mapping[str, Any], *, where: str
) -> PriceList:
    """Convert one entry.

    A tier states some prices and means the others: they stand in proportion to the base row's. A
    tier of service and a size meet too, though an entry seldom says what a large batch costs.

    Parameters
    ----------
    litellm_model, litellm_provider : str
        Key and provider of the entry.
    fields : mapping
        The entry.
    where : str
        File and model, for errors.

    Returns
    -------
    PriceList
        One row per tier.
    """
    listed = PriceList()
    stated = _prices_by_tier(fields, where, listed)
    provider = provider_name(litellm_provider)
    if not stated or (provider not in project_vars()["free_providers"] and _is_free(stated)):
        return listed
    multipliers, regions = stated_multipliers(fields)
    model = model_name(litellm_model, litellm_provider)
    plain = PriceRow(
        model=model,
        provider=provider,
        region_multipliers=tuple(sorted(regions.items())),
        is_cache_in_input=has_cache_in_input(model, provider),
    )
    base = stated.get(BASE, {})
    prices: dict[Tier, Prices] = {}
    for tier in _tiers(stated, multipliers):
        reference = _reference(tier, prices, multipliers)
        # A tier's 0 where the base costs something is a price that nobody filled in.
        given = {
            kind: usd
            for kind, usd in stated.get(tier, {}).items()
            if kind in PRICE_COLUMNS and (usd or tier == BASE or not reference.get(kind))
        }
        prices[tier] = completed(given, reference)
        listed.scaled_prices += len(prices[tier]) - len(given)
        units = {k: usd for k, usd in base.items() if k not in PRICE_COLUMNS}
        units |= {k: usd for k, usd in stated.get(tier, {}).items() if k not in PRICE_COLUMNS}
        listed.rows.append(
            replace(
                plain,
                service_tier=tier[0],
                above_input_tokens=tier[1],
                unit_prices_usd=tuple(sorted(units.items())),
                **prices[tier],
            )
        )
    listed.rows += _beyond_the_largest(listed.rows, fields.get("max_input_tokens"))
    return listed


def _beyond_the_largest(rows: list[PriceRow], max_input_tokens: Any) -> list[PriceRow]:
    """Return the rows for counts that no request can have, of models whose large ones cost more.

    Such a count is the sum of several requests, of which none is known to be large.
    """
    largest = max((row.above_input_tokens for row in rows), default=0)
    if not largest or not isinstance(max_input_tokens, int) or max_input_tokens <= largest:
        return []
    return [
        replace(row, above_input_tokens=max_input_tokens)
        for row in rows
        if row.above_input_tokens == 0
    ]


def _prices_by_tier(
    fields: Mapping[str, Any], where: str, listed: PriceList
) -> dict[Tier, dict[str, Decimal]]:
    """Collect the stated prices by tier and kind; of two for the same the larger stands."""
    stated: dict[Tier, dict[str, Decimal]] = {}
    for price in stated_prices(fields, where):
        is_token = price.kind in PRICE_COLUMNS
        # A table's floats end in noise (1.5000020000000002e-05): 12 digits are what was meant.
        exact = Decimal(f"{price.usd * (MILLION if is_token else 1):.12g}")
        amount = rounded(exact, decimals=9 if is_token else 12)
        listed.rounded_prices += amount != exact
        kinds = stated.setdefault(price.tier, {})
        kinds[price.kind] = max(amount, kinds.get(price.kind, amount))
    for kinds in stated.values():
        _drop_free_cache_writes(kinds)
        for size in ("web_search_low", "web_search_high"):
            if size in kinds and kinds[size] == kinds.get("web_search"):
                del kinds[size]
    return stated


def _is_free(stated: Mapping[Tier, Mapping[str, Decimal]]) -> bool:
    """Tell whether no price is above 0: LiteLLM's way to say that it does not know the price."""
    return not any(amount for kinds in stated.values() for amount in kinds.values())


def _drop_free_cache_writes(kinds: dict[str, Decimal]) -> None:
    """Take out cache writes at 0 where input has a price.

    LiteLLM writes 0 where a provider makes no surcharge for writing. The tokens are still input:
    no provider gives them away.
    """
    if kinds.get("input_usd_per_million_tokens"):
        for column in CACHE_WRITES:
            if kinds.get(column) == 0:
                del kinds[column]


def _tiers(stated: Iterable[Tier], multipliers: Iterable[str]) -> list[Tier]:
    """Return the tiers in the order in which they rest on each other, the base first.

    Each service tier at each size that the entry knows: it seldom says what a large batch costs.
    """
    services = {service for service, _ in stated} | set(multipliers) | {STANDARD_TIER}
    sizes = {above for _, above in stated} | {0}
    return sorted(
        ((service, above) for service in services for above in sizes),
        key=lambda tier: (tier[0] != STANDARD_TIER, tier),
    )


def _reference(
    tier: Tier, prices: Mapping[Tier, Prices], multipliers: Mapping[str, Decimal]
) -> Prices:
    """Return what a tier's prices would be if the entry stated none of them."""
    service, above = tier
    base = prices.get(BASE, {})
    if service == STANDARD_TIER:
        return base
    if above == 0:
        times = multipliers.get(service, Decimal(1))
        return {kind: rounded(usd * times) for kind, usd in base.items()}
    # What a large request costs more of the standard tier, it costs more of this one.
    large = prices[(STANDARD_TIER, above)]
    return {
        kind: rounded(usd * large.get(kind, usd) / base[kind]) if base.get(kind) else usd
        for kind, usd in prices[(service, 0)].items()
    }
