"""Tables and amounts, formatted for people."""

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Table", "plain_table", "short", "usd"]

_CENTS_FROM_USD = 100
_NAME_WIDTH = 44


@dataclass(frozen=True)
class Table:
    """A table for people to read.

    Attributes
    ----------
    title : str
        Title of the table.
    header : tuple of str
        Names of the columns; ``>`` marks a column of numbers.
    rows : list of tuple of str
        Formatted values.
    """

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [name.removeprefix(">") for name in self.header]

    @property
    def are_numbers(self) -> list[bool]:
        """Whether each column holds numbers, which are aligned to the right."""
        return [name.startswith(">") for name in self.header]


def plain_table(table: Table) -> str:
    """Return a table as aligned lines.

    Parameters
    ----------
    table : Table
        The table.

    Returns
    -------
    str
        The title, the header and the rows; numbers are aligned to the right.
    """
    rows = [tuple(table.names), *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            value.rjust(width) if is_number else value.ljust(width)
            for value, width, is_number in zip(row, widths, table.are_numbers, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([table.title, *lines])


def usd(value: Decimal | float, largest: Decimal | float | None = None) -> str:
    """Return an amount of US dollars.

    Parameters
    ----------
    value : Decimal or float
        The amount.
    largest : Decimal or float, optional
        The largest amount of the column, which decides how many decimals all of them have.

    Returns
    -------
    str
        Two decimals from 100 USD on, four below.
    """
    size = abs(float(largest if largest is not None else value))
    decimals = 2 if size >= _CENTS_FROM_USD else 4
    return f"{value:,.{decimals}f}"


def short(text: str) -> str:
    """Return a name that fits a column.

    Parameters
    ----------
    text : str
        The name.

    Returns
    -------
    str
        At most 44 characters.
    """
    return text if len(text) <= _NAME_WIDTH else text[: _NAME_WIDTH - 1] + "…"
