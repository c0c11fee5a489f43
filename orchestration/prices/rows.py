"""What a price row is, and the CSV files that hold price rows."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path

from orchestration.errors import BadInputError

__all__ = [
    "FROM_THE_BEGINNING",
    "PRICE_COLUMNS",
    "SEED_COLUMNS",
    "SMALLEST_PRICE",
    "PriceRow",
    "in_proportion",
    "is_cache_in_input",
    "price_text",
    "read_price_rows",
    "write_price_rows",
]

# A price that has held since the model came out: as far back as logs go.
FROM_THE_BEGINNING = date(1970, 1, 1)

# The decimals that the warehouse keeps, in USD per million tokens.
SMALLEST_PRICE = Decimal("0.000001")

PRICE_COLUMNS = (
    "input_usd_per_million_tokens",
    "output_usd_per_million_tokens",
    "cache_read_usd_per_million_tokens",
    "cache_write_5m_usd_per_million_tokens",
    "cache_write_1h_usd_per_million_tokens",
    "reasoning_usd_per_million_tokens",
)
SEED_COLUMNS = (
    "model",
    "provider",
    "valid_from",
    "above_input_tokens",
    *PRICE_COLUMNS,
    "is_cache_in_input",
)


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """One price of one model: a row of the seed ``model_prices`` and of ``raw.imported_prices``.

    Attributes
    ----------
    model : str
        Name of the model as its provider gives it, without a provider prefix.
    provider : str
        Who bills the call.
    valid_from : date
        First UTC day on which the price holds.
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
    is_cache_in_input : bool
        Whether the provider's input tokens include the cached ones.
    """

    model: str
    provider: str
    valid_from: date = FROM_THE_BEGINNING
    above_input_tokens: int = 0
    input_usd_per_million_tokens: Decimal | None = None
    output_usd_per_million_tokens: Decimal | None = None
    cache_read_usd_per_million_tokens: Decimal | None = None
    cache_write_5m_usd_per_million_tokens: Decimal | None = None
    cache_write_1h_usd_per_million_tokens: Decimal | None = None
    reasoning_usd_per_million_tokens: Decimal | None = None
    is_cache_in_input: bool = True

    @property
    def prices(self) -> tuple[Decimal | None, ...]:
        """The prices, in the order of :data:`PRICE_COLUMNS`."""
        return tuple(getattr(self, column) for column in PRICE_COLUMNS)

    @property
    def sort_key(self) -> tuple[str, str, date, int]:
        """The order of the seed: provider, model, date, tier."""
        return (self.provider, self.model, self.valid_from, self.above_input_tokens)


def is_cache_in_input(model: str, provider: str) -> bool:
    """Tell whether a provider's input tokens include the cached ones.

    Arguments
    ---------
    model : str
        Name of the model.
    provider : str
        Who bills the call, as this project names it.

    Returns
    -------
    bool
        False for Anthropic, for Bedrock (its API counts cached tokens apart for every model) and
        for Claude on Vertex AI and Azure, which speak Anthropic's API; True elsewhere.
    """
    if provider in ("anthropic", "bedrock"):
        return False
    return not (provider in ("vertex_ai", "azure") and "claude" in model)


def in_proportion(
    price: Decimal | None, column: str, *, before: PriceRow, now: PriceRow
) -> Decimal | None:
    """Return what a price becomes when the plain price it goes with changes.

    Providers that state both charge a cached token as many times more as a plain one, above a
    threshold as after a price change.

    Arguments
    ---------
    price : Decimal or None
        The price beside ``before``.
    column : str
        Which of :data:`PRICE_COLUMNS` it is: output and reasoning go with the output price, the
        others with the input price.
    before, now : PriceRow
        Rows with the old and the new plain prices.

    Returns
    -------
    Decimal or None
        The price in proportion, with 6 decimals; unchanged where a plain price is missing or 0.
    """
    kind = "output" if column.startswith(("output", "reasoning")) else "input"
    old = getattr(before, f"{kind}_usd_per_million_tokens")
    new = getattr(now, f"{kind}_usd_per_million_tokens")
    if price is None or new is None or not old:
        return price
    return (price * new / old).quantize(SMALLEST_PRICE, rounding=ROUND_HALF_EVEN)


def read_price_rows(path: Path, *, override_scope: str | None = None) -> list[PriceRow]:
    """Read a CSV of price rows, such as the seed ``model_prices``.

    Arguments
    ---------
    path : Path
        A CSV file with (at least) :data:`SEED_COLUMNS`; ``override_key`` may stand for ``model``
        and ``provider``, as in the seed ``price_overrides``.
    override_scope : str, optional
        In a file of overrides, the scope to read: ``model``, ``provider`` or ``default``.

    Returns
    -------
    list of PriceRow
        The rows, in the order of the file. A file of overrides has the key of each in ``model``.

    Raises
    ------
    BadInputError
        If a line is no price row.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        records = csv.DictReader(lines)
        try:
            return [
                _row_of_record(record)
                for record in records
                if record.get("override_scope") == override_scope
            ]
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise BadInputError(
                f"{path}, line {records.line_num}: is no price row "
                f"({type(error).__name__}: {error}); mend that line."
            ) from error


def write_price_rows(path: Path, rows: Iterable[PriceRow]) -> None:
    """Write price rows as a CSV in the seed's format and order.

    Arguments
    ---------
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
        writer.writerow(SEED_COLUMNS)
        for row in sorted(rows, key=lambda row: row.sort_key):
            writer.writerow(
                [
                    row.model,
                    row.provider,
                    row.valid_from.isoformat(),
                    row.above_input_tokens,
                    *(price_text(price) for price in row.prices),
                    str(row.is_cache_in_input).lower(),
                ]
            )


def price_text(price: Decimal | None) -> str:
    """Write a price without exponent or trailing zeros.

    Arguments
    ---------
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


def _row_of_record(record: Mapping[str, str]) -> PriceRow:
    """Read one line of a price CSV."""
    return PriceRow(
        model=record.get("model", record.get("override_key")),
        provider=record.get("provider", ""),
        valid_from=date.fromisoformat(record["valid_from"]),
        above_input_tokens=int(record["above_input_tokens"]),
        is_cache_in_input=record["is_cache_in_input"] == "true",
        **{column: Decimal(record[column]) if record[column] else None for column in PRICE_COLUMNS},
    )
