"""Price rows as a plain table for the terminal."""

from collections.abc import Sequence

from orchestration.prices.rows import PriceRow, price_text

__all__ = ["price_table"]

HEADERS = (
    "model",
    "provider",
    "valid from",
    "above",
    "input",
    "output",
    "cache read",
    "write 5m",
    "write 1h",
    "reasoning",
    "from",
)
# Columns up to here hold words and go left; numbers go right.
WORD_COLUMNS = 3


def price_table(rows: Sequence[tuple[PriceRow, str]]) -> str:
    """Lay price rows out in columns.

    Parameters
    ----------
    rows : sequence of (PriceRow, str)
        Each row and where it comes from, in the order to show them.

    Returns
    -------
    str
        One line of headers and one line per row; ``-`` where there is no price.
    """
    lines = [
        HEADERS,
        *(
            (
                row.model,
                row.provider,
                row.valid_from.isoformat(),
                str(row.above_input_tokens),
                *(price_text(price) or "-" for price in row.prices),
                source,
            )
            for row, source in rows
        ),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADERS))]
    last = len(HEADERS) - 1
    return "\n".join(
        "  ".join(
            text.ljust(width) if column < WORD_COLUMNS or column == last else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
