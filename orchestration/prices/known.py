"""The prices the warehouse knows: the seed's and the imported ones."""

from collections.abc import Iterable
from typing import Any

import yaml

from orchestration import settings
from orchestration.prices.names import matching_names
from orchestration.prices.rows import SEED_COLUMNS, PriceRow, read_price_rows

__all__ = ["imported_price_rows", "model_override_rows", "price_rows_of", "seed_price_rows"]


def seed_price_rows() -> list[PriceRow]:
    """Return the prices of the seed ``model_prices``.

    Returns
    -------
    list of PriceRow
        The seed's rows, in its order.
    """
    return read_price_rows(settings.project_dir() / "seeds" / "model_prices.csv")


def imported_price_rows(client: Any) -> list[PriceRow]:
    """Return the prices imported before.

    Arguments
    ---------
    client : clickhouse_connect.driver.client.Client
        An open warehouse whose raw tables exist.

    Returns
    -------
    list of PriceRow
        One row per model, provider, day and tier: the newest import of each.
    """
    table = f"{settings.database('raw')}.imported_prices"
    result = client.query(f"select {', '.join(SEED_COLUMNS)} from {table} final")
    return [
        PriceRow(**dict(zip(SEED_COLUMNS, record, strict=True))) for record in result.result_rows
    ]


def price_rows_of(model: str, rows: Iterable[PriceRow]) -> list[PriceRow]:
    """Return the rows that price a logged model.

    Arguments
    ---------
    model : str
        The model as a log names it.
    rows : iterable of PriceRow
        Prices; of two rows for the same model, provider, day and tier the later one stands.

    Returns
    -------
    list of PriceRow
        The rows of the first name that has any (see
        :func:`~orchestration.prices.names.matching_names`), by provider, oldest first.
    """
    standing = {row.sort_key: row for row in rows}
    for name in matching_names(model, date_suffix=_date_suffix()):
        found = [row for row in standing.values() if row.model.lower() == name]
        if found:
            return sorted(found, key=lambda row: row.sort_key)
    return []


def model_override_rows(model: str) -> list[PriceRow]:
    """Return a model's own overrides, from the seed ``price_overrides``.

    Arguments
    ---------
    model : str
        The model as a log names it; an override is matched by exactly this name.

    Returns
    -------
    list of PriceRow
        The rows of scope ``model``, with no provider, oldest first.
    """
    path = settings.project_dir() / "seeds" / "price_overrides.csv"
    rows = read_price_rows(path, override_scope="model")
    return sorted(
        (row for row in rows if row.model.lower() == model.lower()), key=lambda row: row.sort_key
    )


def _date_suffix() -> str:
    """Read the pattern that the warehouse itself matches models with."""
    project = settings.project_dir() / "dbt_project.yml"
    return yaml.safe_load(project.read_text(encoding="utf-8"))["vars"]["model_date_suffix"]
