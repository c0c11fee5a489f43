"""The prices the warehouse knows: the seeds' and the imported ones."""

from typing import Any

from orchestration import settings
from orchestration.prices.rows import ROW_COLUMNS, PriceRow, read_price_rows

__all__ = ["imported_price_rows", "seed_price_rows"]


def seed_price_rows() -> list[PriceRow]:
    """Return the prices of the seeds ``model_prices`` and ``price_history``.

    Returns
    -------
    list of PriceRow
        In the order of the two files.
    """
    seeds = settings.project_dir() / "seeds"
    return [
        *read_price_rows(seeds / "model_prices.csv"),
        *read_price_rows(seeds / "price_history.csv"),
    ]


def imported_price_rows(client: Any) -> list[PriceRow]:
    """Return the prices imported before.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        An open warehouse whose raw tables exist.

    Returns
    -------
    list of PriceRow
        The newest import of each model, provider and first day.
    """
    table = f"{settings.database('raw')}.price_imports"
    result = client.query(
        f"select {', '.join(ROW_COLUMNS)} from {table} "
        f"where (model, provider, valid_from, _imported_at) in ("
        f"select model, provider, valid_from, max(_imported_at) from {table} "
        "group by model, provider, valid_from)"
    )
    return [
        PriceRow(
            **{
                column: tuple(sorted(value.items())) if isinstance(value, dict) else value
                for column, value in zip(ROW_COLUMNS, record, strict=True)
            }
        )
        for record in result.result_rows
    ]
