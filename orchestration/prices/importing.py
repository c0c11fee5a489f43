"""Importing a price table into the warehouse, or merging it into a CSV of price rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.prices.known import imported_price_rows, seed_price_rows
from orchestration.prices.litellm import PriceBook, read_price_book
from orchestration.prices.merging import Merge, merge, select_rows
from orchestration.prices.rows import ROW_COLUMNS, PriceRow, read_price_rows, write_price_rows

__all__ = ["ImportReport", "import_prices", "merge_into_csv"]


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    merge : Merge
        What was new and what changed.
    book : PriceBook
        The table, and what was done to read it.
    """

    merge: Merge
    book: PriceBook


def import_prices(
    client: Any,
    file: Path,
    *,
    valid_from: date | None = None,
    changed_from: date | None = None,
    models: Sequence[str] = (),
    providers: Sequence[str] = (),
) -> ImportReport:
    """Import a price table into ``raw.price_imports``.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        An open warehouse whose raw tables exist.
    file : Path
        LiteLLM's price table, JSON or CSV.
    valid_from : date, optional
        First UTC day of every price written, instead of the rule of
        :func:`~orchestration.prices.merging.merge`.
    changed_from : date, optional
        First UTC day of prices that changed, instead of today.
    models : sequence of str, optional
        Globs; only models of which one matches the name or ``provider/name``.
    providers : sequence of str, optional
        Only models of these providers, named as this project names them.

    Returns
    -------
    ImportReport
        What was written and what was not.

    Raises
    ------
    BadInputError
        If the file cannot be used or nothing in it matches.
    """
    book = read_price_book(file)
    report = merge(
        select_rows(book.rows, file, models=models, providers=providers),
        [*seed_price_rows(), *imported_price_rows(client)],
        book,
        today=changed_from or datetime.now(UTC).date(),
        valid_from=valid_from,
    )
    _insert(client, report.rows, file)
    return ImportReport(merge=report, book=book)


def merge_into_csv(
    table: Path,
    file: Path,
    *,
    valid_from: date | None = None,
    changed_from: date | None = None,
    models: Sequence[str] = (),
    providers: Sequence[str] = (),
) -> ImportReport:
    """Merge a price table into a CSV of price rows, such as the seed ``model_prices``.

    Parameters
    ----------
    table : Path
        The CSV; one that does not exist is written.
    file, valid_from, changed_from, models, providers
        As for :func:`import_prices`; what is known is what the CSV holds.

    Returns
    -------
    ImportReport
        What was written and what was not.
    """
    book = read_price_book(file)
    known = read_price_rows(table) if table.exists() else []
    report = merge(
        select_rows(book.rows, file, models=models, providers=providers),
        known,
        book,
        today=changed_from or datetime.now(UTC).date(),
        valid_from=valid_from,
    )
    replaced = {(row.provider, row.model.lower(), row.valid_from) for row in report.rows}
    kept = [r for r in known if (r.provider, r.model.lower(), r.valid_from) not in replaced]
    write_price_rows(table, [*kept, *report.rows])
    return ImportReport(merge=report, book=book)


def _insert(client: Any, rows: list[PriceRow], file: Path) -> None:
    """Append rows to the raw table, with where and when they came from."""
    if not rows:
        return
    imported_at = datetime.now(UTC)
    client.insert(
        "price_imports",
        [
            [
                *(
                    dict(value) if isinstance(value := getattr(row, column), tuple) else value
                    for column in ROW_COLUMNS
                ),
                str(file),
                imported_at,
            ]
            for row in rows
        ],
        column_names=[*ROW_COLUMNS, "_imported_from", "_imported_at"],
        database=settings.database("raw"),
    )
