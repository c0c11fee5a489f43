"""The tables of forecasts: read the daily series, write what was fitted, a partition at a time."""

from datetime import date
from typing import Any

import pandas as pd

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.forecasting.panel import HISTORY_DAYS
from orchestration.warehouse.raw_tables import RawTable, declared_tables

__all__ = ["TABLES", "last_complete_day", "read_history", "write_rows"]

TABLES = ("daily_forecasts", "forecast_totals", "forecast_backtests", "forecast_choices")
# Back-tests forecast from 80 days ago, and learn how wrong they are from up to a year before.
_DAYS_READ = HISTORY_DAYS + 80 + 7 * 56


def last_complete_day(client: Any, metric: str) -> date | None:
    """Return the last day of a metric's series that is over.

    Arguments
    ---------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    metric : str
        Metric of ``int_daily_series``.

    Returns
    -------
    date or None
        None if there is no such day.

    Raises
    ------
    BadInputError
        If the series were never built.
    """
    database = settings.database("intermediate")
    if not int(client.command(f"exists `{database}`.int_daily_series")):
        raise BadInputError(
            "The warehouse has no daily series to forecast: load logs and run `tokenhouse build`."
        )
    row = client.query(
        f"select count(), max(date) from `{database}`.int_daily_series "
        "where metric = {metric:String} and is_complete_day",
        parameters={"metric": metric},
    ).result_rows[0]
    return row[1] if row[0] else None


def read_history(client: Any, metric: str, cutoff: date) -> pd.DataFrame:
    """Read the series of a metric up to a day, block by block.

    Arguments
    ---------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    metric : str
        Metric of ``int_daily_series``.
    cutoff : date
        Last day to read.

    Returns
    -------
    DataFrame
        unique_id, ds and y; about three years at most, which is all that forecasts look at.
    """
    sql = f"""
        select unique_id, date as ds, value as y
        from `{settings.database("intermediate")}`.int_daily_series
        where metric = {{metric:String}}
            and date <= {{cutoff:Date}}
            and date > {{cutoff:Date}} - {_DAYS_READ}
    """
    with client.query_df_stream(sql, parameters={"metric": metric, "cutoff": cutoff}) as blocks:
        # Names repeat on every day: kept once, they take a byte or two a row.
        parts = [block.assign(unique_id=block["unique_id"].astype(str)) for block in blocks]
    if not parts:
        return pd.DataFrame({"unique_id": [], "ds": [], "y": []})
    return pd.concat(parts, ignore_index=True)


def write_rows(client: Any, name: str, rows: pd.DataFrame, metric: str, cutoff: date) -> None:
    """Put rows of a metric and cutoff in the place of earlier ones, all at once.

    They are written to a table beside, together with what stays of the partition (forecasts from
    other days), and the partition is replaced: readers see the old rows or the new ones.

    Arguments
    ---------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose tables exist.
    name : str
        Of `TABLES`.
    rows : DataFrame
        Columns as the table has them.
    metric : str
        Metric of all rows.
    cutoff : date
        Cutoff of all rows.
    """
    table = _declared(name)
    target = f"`{table.database}`.`{name}`"
    beside = f"`{table.database}`.`{name}__new`"
    is_monthly = "toYYYYMM" in table.partition_by
    partition = f"('{metric}', {cutoff:%Y%m})" if is_monthly else f"'{metric}'"
    columns = ", ".join(column for column, _ in table.columns)
    client.command(f"drop table if exists {beside} sync")
    client.command(
        f"create table {beside} as {target} engine = MergeTree "
        f"partition by {table.partition_by} order by {table.order_by}"
    )
    try:
        if is_monthly:
            client.command(
                f"insert into {beside} ({columns}) select {columns} from {target} "
                "where metric = {metric:String} and toYYYYMM(cutoff_date) = {month:UInt32} "
                "and cutoff_date != {cutoff:Date}",
                parameters={"metric": metric, "month": f"{cutoff:%Y%m}", "cutoff": cutoff},
            )
        if len(rows):
            client.insert_df(
                f"{name}__new",
                rows[[column for column, _ in table.columns]],
                database=table.database,
            )
        client.command(f"alter table {target} replace partition {partition} from {beside}")
    finally:
        client.command(f"drop table if exists {beside} sync")


def _declared(name: str) -> RawTable:
    database = settings.database("ml")
    return next(
        table for table in declared_tables() if (table.database, table.name) == (database, name)
    )
