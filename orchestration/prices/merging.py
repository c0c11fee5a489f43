"""What a price table changes in the prices that are known, and from which day."""

import fnmatch
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from orchestration.errors import BadInputError
from orchestration.prices.litellm import PriceBook
from orchestration.prices.rows import (
    FROM_THE_BEGINNING,
    PRICE_COLUMNS,
    STANDARD_TIER,
    PriceRow,
    completed,
)

__all__ = ["Merge", "PriceChange", "merge", "select_rows"]

Key = tuple[str, str]
Tier = tuple[str, int]


@dataclass(frozen=True)
class PriceChange:
    """A model whose price list is another one than before.

    Attributes
    ----------
    before, after : PriceRow
        A row of the old and of the new list: the base rows, or where these are equal the first
        that differ.
    """

    before: PriceRow
    after: PriceRow


@dataclass(frozen=True, kw_only=True)
class Merge:
    """The rows to write, and what they change.

    Attributes
    ----------
    rows : list of PriceRow
        Complete price lists, dated.
    new_models, completed_models, unchanged_models : int
        Models that no price was known for, that get prices in addition to the known ones (a service
        tier, a unit), and of which all was known.
    changes : list of PriceChange
        One per model that had another price.
    """

    rows: list[PriceRow] = field(default_factory=list)
    new_models: int = 0
    completed_models: int = 0
    unchanged_models: int = 0
    changes: list[PriceChange] = field(default_factory=list)


def merge(
    selected: Iterable[PriceRow],
    known_rows: Iterable[PriceRow],
    book: PriceBook,
    *,
    today: date,
    valid_from: date | None = None,
) -> Merge:
    """Compare the price lists of a table with those that are known.

    A model without a price gets one from the beginning, so that its past calls are priced too; a
    price that differs from the one in force holds from ``valid_from``, else from today, so that
    history stays as it was billed; a price already in force is left alone. A list that only adds
    to the known one (a service tier, a unit) takes its place and holds as long as that did.

    Parameters
    ----------
    selected : iterable of PriceRow
        Rows of the table.
    known_rows : iterable of PriceRow
        What is known; of two lists for one day the later in order stands.
    book : PriceBook
        The table they come from: what it can state.
    today : date
        First UTC day of changed prices.
    valid_from : date, optional
        First UTC day of every price written, instead of the rule above.

    Returns
    -------
    Merge
        Nothing is written yet.
    """
    known = _lists_in_force(valid_from or today, known_rows)
    rows: list[PriceRow] = []
    changes: list[PriceChange] = []
    new, completed_models, unchanged = 0, 0, 0
    for key, listed in _by_model(selected).items():
        stated = listed
        if key not in known:
            new += 1
            first_day = valid_from or FROM_THE_BEGINNING
        else:
            stated = _filled_in(listed, known[key], book)
            change = _change(known[key], stated)
            if change is None:
                unchanged += 1
                continue
            if _only_adds(known[key], stated):
                completed_models += 1
                first_day = valid_from or known[key][stated[0].tier].valid_from
            else:
                changes.append(change)
                first_day = valid_from or today
        rows += [replace(row, valid_from=first_day) for row in stated]
    return Merge(
        rows=rows,
        new_models=new,
        completed_models=completed_models,
        unchanged_models=unchanged,
        changes=changes,
    )


def select_rows(
    rows: Iterable[PriceRow],
    file: Path,
    *,
    models: Sequence[str] = (),
    providers: Sequence[str] = (),
) -> list[PriceRow]:
    """Keep the rows of the models asked for.

    Parameters
    ----------
    rows : iterable of PriceRow
        Rows of a price table.
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


def _by_model(rows: Iterable[PriceRow]) -> dict[Key, list[PriceRow]]:
    """Group rows by provider and model, as the warehouse compares them."""
    models = defaultdict(list)
    for row in rows:
        models[(row.provider, row.model.lower())].append(row)
    return models


def _lists_in_force(day: date, rows: Iterable[PriceRow]) -> dict[Key, dict[Tier, PriceRow]]:
    """Return each model's price list on a day, by tier."""
    in_force = sorted(
        (row for row in rows if row.valid_from <= day <= (row.valid_to or date.max)),
        key=lambda row: row.valid_from,
    )
    lists = {}
    for key, model_rows in _by_model(in_force).items():
        newest = model_rows[-1].valid_from
        lists[key] = {row.tier: row for row in model_rows if row.valid_from == newest}
    return lists


def _filled_in(
    rows: list[PriceRow], known: dict[Tier, PriceRow], book: PriceBook
) -> list[PriceRow]:
    """Add what the file cannot state from the known prices, in proportion.

    A CSV without the column of 1-hour cache writes, or without tiers, says nothing about them;
    writing its prices alone would take the known ones out of force.
    """
    absent = [column for column in PRICE_COLUMNS if column not in book.given_columns]
    filled = [
        replace(
            row,
            **{
                column: price
                for column, price in completed(_prices(row), _prices(known[row.tier])).items()
                if column in absent
            },
        )
        if row.tier in known
        else row
        for row in rows
    ]
    base = (STANDARD_TIER, 0)
    if book.has_tiers or base not in known:
        return filled
    terms = {
        "unit_prices_usd": known[base].unit_prices_usd,
        "region_multipliers": known[base].region_multipliers,
    }
    stated = replace(filled[0], **terms)
    return [stated] + [
        replace(row, **completed({}, _in_proportion(row, known[base], stated)))
        for tier, row in known.items()
        if tier != base
    ]


def _in_proportion(row: PriceRow, before: PriceRow, now: PriceRow) -> dict:
    """Return a tier's prices after its base row has changed."""
    tier, old, new = _prices(row), _prices(before), _prices(now)
    plain = {
        column: tier[column] * new[column] / old[column]
        for column in PRICE_COLUMNS[:2]
        if tier[column] is not None and new[column] is not None and old[column]
    }
    return completed(plain, tier)


def _prices(row: PriceRow) -> dict:
    """Return a row's prices of tokens by column."""
    return dict(zip(PRICE_COLUMNS, row.prices, strict=True))


def _only_adds(known: dict[Tier, PriceRow], stated: list[PriceRow]) -> bool:
    """Tell whether a list states all that is known, and no price otherwise."""
    lists = {row.tier: row for row in stated}
    return stated[0].tier in known and all(
        tier in lists
        and lists[tier].is_cache_in_input == row.is_cache_in_input
        and all(
            old is None or old == new
            for old, new in zip(row.prices, lists[tier].prices, strict=True)
        )
        and set(row.unit_prices_usd) <= set(lists[tier].unit_prices_usd)
        and set(row.region_multipliers) <= set(lists[tier].region_multipliers)
        for tier, row in known.items()
    )


def _change(known: dict[Tier, PriceRow], stated: list[PriceRow]) -> PriceChange | None:
    """Return what differs between two price lists, or None."""
    lists = {row.tier: row for row in stated}
    for tier in sorted(known.keys() | lists.keys(), key=lambda tier: (tier[0] != "standard", tier)):
        before, after = known.get(tier), lists.get(tier)
        if before is None or after is None or before.terms != after.terms:
            return PriceChange(before or next(iter(known.values())), after or stated[0])
    return None
