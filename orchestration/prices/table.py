"""Price rows and their changes as plain text for the terminal."""

from collections.abc import Sequence

from orchestration.prices.lookup import FoundPrice
from orchestration.prices.merging import PriceChange
from orchestration.prices.rows import FROM_THE_BEGINNING, PRICE_COLUMNS, PriceRow, price_text

__all__ = ["change_text", "price_table"]

HEADERS = (
    "model",
    "provider",
    "from",
    "to",
    "tier",
    "above",
    "input",
    "output",
    "cache read",
    "write 5m",
    "write 1h",
    "reasoning",
    "other units",
    "source",
)
# Columns that hold numbers go right.
NUMBERS = range(5, 12)


def price_table(prices: Sequence[FoundPrice]) -> str:
    """Lay prices out in columns.

    Parameters
    ----------
    prices : sequence of FoundPrice
        In the order to show them.

    Returns
    -------
    str
        One line of headers and one line per row; ``-`` where there is no price.
    """
    lines = [HEADERS, *(_line(price) for price in prices)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADERS))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if column in NUMBERS else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def change_text(change: PriceChange) -> str:
    """Say in one line what changed in a model's price list.

    Parameters
    ----------
    change : PriceChange
        The old and the new row.

    Returns
    -------
    str
        The model and each price that differs, old and new.
    """
    before, after = change.before, change.after
    differences = [
        f"{column.split('_usd')[0].replace('_', ' ')} {_amount(old)} -> {_amount(new)}"
        for column, old, new in zip(PRICE_COLUMNS, before.prices, after.prices, strict=True)
        if old != new
    ]
    units = dict(before.unit_prices_usd), dict(after.unit_prices_usd)
    differences += [
        f"{unit} {_amount(units[0].get(unit))} -> {_amount(units[1].get(unit))}"
        for unit in sorted(units[0].keys() | units[1].keys())
        if units[0].get(unit) != units[1].get(unit)
    ]
    if before.tier != after.tier:
        differences = [f"{_tier(before)} -> {_tier(after)}"]
    tier = "" if after.tier == ("standard", 0) else f" {_tier(after)}"
    what = ", ".join(differences) or "other regions or counting of cached tokens"
    return f"{after.provider}/{after.model}{tier}: {what}"


def _line(price: FoundPrice) -> tuple[str, ...]:
    """Return the texts of one row."""
    row = price.row
    return (
        row.model or "(any)",
        row.provider or "(any)",
        "-" if row.valid_from == FROM_THE_BEGINNING else row.valid_from.isoformat(),
        row.valid_to.isoformat() if row.valid_to else "-",
        row.service_tier,
        str(row.above_input_tokens),
        *(price_text(amount) or "-" for amount in row.prices),
        " ".join(f"{unit}={price_text(usd)}" for unit, usd in row.unit_prices_usd) or "-",
        price.price_source,
    )


def _amount(price: object) -> str:
    """Write a price, or that there is none."""
    return price_text(price) or "none"


def _tier(row: PriceRow) -> str:
    """Name a row of a price list."""
    size = f" above {row.above_input_tokens:,}" if row.above_input_tokens else ""
    return f"{row.service_tier}{size}"
