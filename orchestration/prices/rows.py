"""What a price row is, and the CSV files that hold price rows."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path

from orchestration.errors import BadInputError

__all__ = [
    "FROM_THE_BEGINNING",
    "PRICE_COLUMNS",
    "ROW_COLUMNS",
    "STANDARD_TIER",
    "PriceRow",
    "completed",
    "price_text",
    "read_price_rows",
    "rounded",
    "write_price_rows",
]

# A price that has held since the model came out: as far back as logs go.
FROM_THE_BEGINNING = date(1970, 1, 1)

STANDARD_TIER = "standard"

PRICE_COLUMNS = (
    "input_usd_per_million_tokens",
    "output_usd_per_million_tokens",
    "cache_read_usd_per_million_tokens",
    "cache_write_5m_usd_per_million_tokens",
    "cache_write_1h_usd_per_million_tokens",
    "reasoning_usd_per_million_tokens",
)
ROW_COLUMNS = (
    "model",
    "provider",
    "valid_from",
    "valid_to",
    "service_tier",
    "above_input_tokens",
    *PRICE_COLUMNS,
    "unit_prices_usd",
    "region_multipliers",
    "is_cache_in_input",
)

_PAIR = re.compile(r"'([^']*)':([^,}]+)")

Amounts = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """One price list entry: a row of the seed ``model_prices`` and of ``raw.price_imports``.

    Attributes
    ----------
    model, provider : str
        The model as its provider names it, and who sends the bill.
    valid_from, valid_to : date
        First and last UTC day; without a last day until the model's next price list.
    service_tier : str
        ``standard``, ``batch``, ``flex``, ``priority``, ``fast``, …
    above_input_tokens : int
        The price holds for calls with more input tokens than this; 0 for the base price.
    input_usd_per_million_tokens, output_usd_per_million_tokens : Decimal or None
        US dollars per million tokens; None where the provider states no such price.
    cache_read_usd_per_million_tokens : Decimal or None
        US dollars per million tokens read from the cache.
    cache_write_5m_usd_per_million_tokens, cache_write_1h_usd_per_million_tokens : Decimal or None
        US dollars per million tokens written to the cache, by its lifetime.
    reasoning_usd_per_million_tokens : Decimal or None
        US dollars per million reasoning tokens.
    unit_prices_usd : tuple of (str, Decimal)
        US dollars per unit other than a text token, by unit (seed ``usage_units``), sorted.
    region_multipliers : tuple of (str, Decimal)
        What tokens cost in a region, as a multiple of this row; sorted.
    is_cache_in_input : bool
        Whether the provider's input tokens include the cached ones.
    """

    model: str
    provider: str
    valid_from: date = FROM_THE_BEGINNING
    valid_to: date | None = None
    service_tier: str = STANDARD_TIER
    above_input_tokens: int = 0
    input_usd_per_million_tokens: Decimal | None = None
    output_usd_per_million_tokens: Decimal | None = None
    cache_read_usd_per_million_tokens: Decimal | None = None
    cache_write_5m_usd_per_million_tokens: Decimal | None = None
    cache_write_1h_usd_per_million_tokens: Decimal | None = None
    reasoning_usd_per_million_tokens: Decimal | None = None
    unit_prices_usd: Amounts = ()
    region_multipliers: Amounts = ()
    is_cache_in_input: bool = True

    @property
    def prices(self) -> tuple[Decimal | None, ...]:
        """The prices of tokens, in the order of :data:`PRICE_COLUMNS`."""
        return tuple(getattr(self, column) for column in PRICE_COLUMNS)

    @property
    def terms(self) -> tuple[object, ...]:
        """All that decides what a call costs: what two equal price rows have in common."""
        return (
            *self.prices,
            self.unit_prices_usd,
            self.region_multipliers,
            self.is_cache_in_input,
        )

    @property
    def tier(self) -> tuple[str, int]:
        """Which row of a price list it is."""
        return (self.service_tier, self.above_input_tokens)

    @property
    def sort_key(self) -> tuple[str, str, date, date, bool, str, int]:
        """The order of the seed: provider, model, period, standard tier first, size."""
        return (
            self.provider,
            self.model,
            self.valid_from,
            self.valid_to or date.max,
            self.service_tier != STANDARD_TIER,
            self.service_tier,
            self.above_input_tokens,
        )


def rounded(price: Decimal, *, decimals: int = 9) -> Decimal:
    """Round a price, half to even, to the decimals that the warehouse keeps.

    Parameters
    ----------
    price : Decimal
        A price.
    decimals : int
        9 for prices of tokens in USD per million, 12 for prices of units.

    Returns
    -------
    Decimal
        With exactly so many decimals.
    """
    return price.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def completed(
    stated: Mapping[str, Decimal | None], reference: Mapping[str, Decimal | None]
) -> dict[str, Decimal]:
    """Add prices that are not stated, in proportion to a price list that has them.

    Providers that state both charge a cached token as many times more as a plain one, above a
    threshold and at another service tier as after a price change.

    Parameters
    ----------
    stated : mapping
        Prices by column of :data:`PRICE_COLUMNS`.
    reference : mapping
        Other prices of the model, by column.

    Returns
    -------
    dict
        The stated prices, and each other price of the reference as much higher or lower as the
        plain price it goes with: output and reasoning go with the output price, the others with
        the input price. Unchanged where one of the two plain prices is missing or 0.
    """
    prices = {column: price for column, price in stated.items() if price is not None}
    for column, price in reference.items():
        if column in prices or price is None:
            continue
        kind = "output" if column.startswith(("output", "reasoning")) else "input"
        old = reference.get(f"{kind}_usd_per_million_tokens")
        new = stated.get(f"{kind}_usd_per_million_tokens")
        prices[column] = price if new is None or not old else rounded(price * new / old)
    return prices


def read_price_rows(path: Path) -> list[PriceRow]:
    """Read a CSV of price rows, such as the seeds ``model_prices`` and ``price_history``.

    Parameters
    ----------
    path : Path
        A CSV file with (at least) :data:`ROW_COLUMNS`.

    Returns
    -------
    list of PriceRow
        The rows, in the order of the file.

    Raises
    ------
    BadInputError
        If a line is no price row.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        records = csv.DictReader(lines)
        try:
            return [_row_of_record(record) for record in records]
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise BadInputError(
                f"{path}, line {records.line_num}: is no price row "
                f"({type(error).__name__}: {error}); correct that line."
            ) from error


def write_price_rows(path: Path, rows: Iterable[PriceRow]) -> None:
    """Write price rows as a CSV in the seed's format and order.

    Parameters
    ----------
    path : Path
        The file to write; an existing one is replaced.
    rows : iterable of PriceRow
        The rows, in any order.

    Raises
    ------
    BadInputError
        If the file cannot be written.
    """
    try:
        lines = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise BadInputError(
            f"{path}: cannot be written ({error.strerror}); choose another file."
        ) from error
    with lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(ROW_COLUMNS)
        for row in sorted(rows, key=lambda row: row.sort_key):
            writer.writerow(
                [
                    row.model,
                    row.provider,
                    row.valid_from.isoformat(),
                    row.valid_to.isoformat() if row.valid_to else "",
                    row.service_tier,
                    row.above_input_tokens,
                    *(price_text(price) for price in row.prices),
                    _map_text(row.unit_prices_usd),
                    _map_text(row.region_multipliers),
                    str(row.is_cache_in_input).lower(),
                ]
            )


def price_text(price: Decimal | None) -> str:
    """Write a price without exponent or trailing zeros.

    Parameters
    ----------
    price : Decimal or None
        A price.

    Returns
    -------
    str
        Such as ``3.75``; empty for none.
    """
    if price is None:
        return ""
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _map_text(amounts: Amounts) -> str:
    """Write amounts by name as ClickHouse reads a map from CSV."""
    return "{" + ",".join(f"'{name}':{price_text(amount)}" for name, amount in amounts) + "}"


def _row_of_record(record: Mapping[str, str]) -> PriceRow:
    """Read one line of a price CSV."""
    return PriceRow(
        model=record["model"],
        provider=record["provider"],
        valid_from=date.fromisoformat(record["valid_from"]),
        valid_to=date.fromisoformat(record["valid_to"]) if record["valid_to"] else None,
        service_tier=record["service_tier"],
        above_input_tokens=int(record["above_input_tokens"]),
        unit_prices_usd=_amounts(record["unit_prices_usd"]),
        region_multipliers=_amounts(record["region_multipliers"]),
        is_cache_in_input=record["is_cache_in_input"] == "true",
        **{column: Decimal(record[column]) if record[column] else None for column in PRICE_COLUMNS},
    )


def _amounts(text: str) -> Amounts:
    """Read amounts by name, as :func:`_map_text` writes them."""
    return tuple(sorted((name, Decimal(amount)) for name, amount in _PAIR.findall(text)))
