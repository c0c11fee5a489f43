"""Importing a price book: which of its prices are new, and from which day they hold."""

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.prices.known import imported_price_rows, seed_price_rows
from orchestration.prices.litellm import PriceBook, read_price_book
from orchestration.prices.rows import (
    FROM_THE_BEGINNING,
    PRICE_COLUMNS,
    SEED_COLUMNS,
    PriceRow,
    in_proportion,
)

__all__ = ["ImportReport", "import_prices", "select_rows"]


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    new_models, changed_models, unchanged_models : int
        Models that the warehouse had no price for, had another price for, had this price for.
    written_rows : int
        Rows written; a model has one per tier.
    unpriced_models, duplicate_models, rounded_prices, scaled_prices : int
        As in :class:`~orchestration.prices.litellm.PriceBook`, for the whole file.
    """

    new_models: int
    changed_models: int
    unchanged_models: int
    written_rows: int
    unpriced_models: int
    duplicate_models: int
    rounded_prices: int
    scaled_prices: int


def import_prices(
    client: Any,
    file: Path,
    *,
    valid_from: date | None = None,
    models: Sequence[str] = (),
    providers: Sequence[str] = (),
) -> ImportReport:
    """Import a price book into ``raw.imported_prices``.

    A model without a price gets one from the beginning, so that its past calls are priced too; a
    price that differs from the one in force holds from today, so that history stays as it was
    billed; a price already in force is left alone, so that importing twice changes nothing.

    Arguments
    ---------
    client : clickhouse_connect.driver.client.Client
        An open warehouse whose raw tables exist.
    file : Path
        LiteLLM's price book, JSON or CSV.
    valid_from : date, optional
        First UTC day of every price written, instead of the rule above.
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
    selected = select_rows(book.rows, file, models=models, providers=providers)
    today = datetime.now(UTC).date()
    known = _price_lists_on(valid_from or today, [*seed_price_rows(), *imported_price_rows(client)])
    new, changed, unchanged, written = 0, 0, 0, []
    for key, stated in _by_model(selected).items():
        if key not in known:
            new += 1
            rows, first_day = stated, valid_from or FROM_THE_BEGINNING
        else:
            rows = _completed(stated, known[key], book)
            if _same_prices(rows, known[key]):
                unchanged += 1
                continue
            changed += 1
            first_day = valid_from or today
        written += [replace(row, valid_from=first_day) for row in rows]
    _insert(client, written, file)
    return ImportReport(
        new_models=new,
        changed_models=changed,
        unchanged_models=unchanged,
        written_rows=len(written),
        unpriced_models=book.unpriced_models,
        duplicate_models=book.duplicate_models,
        rounded_prices=book.rounded_prices,
        scaled_prices=book.scaled_prices,
    )


def select_rows(
    rows: Iterable[PriceRow],
    file: Path,
    *,
    models: Sequence[str] = (),
    providers: Sequence[str] = (),
) -> list[PriceRow]:
    """Keep the rows of the models asked for.

    Arguments
    ---------
    rows : iterable of PriceRow
        Rows of a price book.
    file : Path
        Where they come from, for the error.
    models : sequence of str
        Globs on the model's name or ``provider/name``, in any case; none for all models.
    providers : sequence of str
        Names of providers; none for all of them.

    Returns
    -------
    list of PriceRow
        The rows that match, in their order.

    Raises
    ------
    BadInputError
        If no row matches.
    """
    globs = [glob.lower() for glob in models]
    selected = [
        row
        for row in rows
        if (not providers or row.provider in providers)
        and (
            not globs
            or any(
                fnmatch.fnmatchcase(name.lower(), glob)
                for glob in globs
                for name in (row.model, f"{row.provider}/{row.model}")
            )
        )
    ]
    if not selected:
        raise BadInputError(
            f"{file}: no priced model matches --model {' '.join(models) or '*'} "
            f"--provider {' '.join(providers) or '(any)'}; widen the selection."
        )
    return selected


def _by_model(rows: Iterable[PriceRow]) -> dict[tuple[str, str], list[PriceRow]]:
    """Group rows by provider and model."""
    models = defaultdict(list)
    for row in rows:
        models[(row.provider, row.model)].append(row)
    return models


def _price_lists_on(
    day: date, rows: Iterable[PriceRow]
) -> dict[tuple[str, str], dict[int, PriceRow]]:
    """Return each model's tiers in force on a day; the later of two rows of one day stands."""
    lists: dict[tuple[str, str], dict[int, PriceRow]] = {}
    in_force = sorted(
        (row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from
    )
    for key, model_rows in _by_model(in_force).items():
        newest = model_rows[-1].valid_from
        lists[key] = {row.above_input_tokens: row for row in model_rows if row.valid_from == newest}
    return lists


def _completed(rows: list[PriceRow], known: dict[int, PriceRow], book: PriceBook) -> list[PriceRow]:
    """Add what the file cannot state from the known prices, in proportion.

    A CSV without the column of 1-hour cache writes, or without tiers, says nothing about them;
    writing its prices alone would take the known ones out of force.
    """
    absent = [column for column in PRICE_COLUMNS if column not in book.given_columns]
    completed = [
        _filled(row, absent, known[row.above_input_tokens], before=known[row.above_input_tokens])
        if row.above_input_tokens in known
        else row
        for row in rows
    ]
    if not book.has_tiers and 0 in known:
        completed += [
            replace(
                _filled(completed[0], PRICE_COLUMNS, tier, before=known[0]),
                above_input_tokens=above,
            )
            for above, tier in known.items()
            if above
        ]
    return completed


def _filled(
    row: PriceRow, columns: Iterable[str], known: PriceRow, *, before: PriceRow
) -> PriceRow:
    """Set columns of a row to the known prices, as much dearer as the row is than ``before``."""
    return replace(
        row,
        **{
            column: in_proportion(getattr(known, column), column, before=before, now=row)
            for column in columns
        },
    )


def _same_prices(rows: list[PriceRow], known: dict[int, PriceRow]) -> bool:
    """Tell whether rows state exactly the known tiers and prices."""
    return {row.above_input_tokens: row.prices for row in rows} == {
        above: row.prices for above, row in known.items()
    }


def _insert(client: Any, rows: list[PriceRow], file: Path) -> None:
    """Append rows to the raw table, with where and when they came from."""
    if not rows:
        return
    imported_at = datetime.now(UTC)
    client.insert(
        "imported_prices",
        [
            [*(getattr(row, column) for column in SEED_COLUMNS), str(file), imported_at]
            for row in rows
        ],
        column_names=[*SEED_COLUMNS, "_imported_from", "_imported_at"],
        database=settings.database("raw"),
    )
