"""The tables of forecasts: read the daily series, write the results by partition."""

from datetime import date
from typing import Any

import pandas as pd

from orchestration import settings
from orchestration.errors import BadInputError
from orchestration.forecasting import presets
from orchestration.warehouse.raw_tables import RawTable, declared_tables

__all__ = ["last_complete_day", "read_history", "write_rows"]


def last_complete_day(client: Any, metric: str) -> date | None:
    """Return the last complete day of a metric's series.

    Parameters
    ----------
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

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    metric : str
        Metric of ``int_daily_series``.
    cutoff : date
        Last day to read.

    Returns
    -------
    DataFrame
        unique_id, ds and y of the days that forecasts use, about three years at most.
    """
    sql = f"""
        select unique_id, date as ds, value as y
        from `{settings.database("intermediate")}`.int_daily_series
        where metric = {{metric:String}}
            and date <= {{cutoff:Date}}
            and date > {{cutoff:Date}} - {presets.DAYS_READ}
    """
    with client.query_df_stream(sql, parameters={"metric": metric, "cutoff": cutoff}) as blocks:
        # Names repeat on every day: as categories they take a byte or two per row.
        parts = [block.assign(unique_id=block["unique_id"].astype(str)) for block in blocks]
    if not parts:
        return pd.DataFrame({"unique_id": [], "ds": [], "y": []})
    return pd.concat(parts, ignore_index=True)


def write_rows(client: Any, name: str, rows: pd.DataFrame, metric: str, cutoff: date) -> None:
    """Replace the rows of a metric and cutoff, atomically.

    They are written to a temporary table, together with the other rows of the partition (forecasts
    from other days), and the partition is replaced: readers see either the old rows or the new.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse, whose tables exist.
    name : str
        Name from `TABLES`.
    rows : DataFrame
        Rows with the columns of the table.
    metric : str
        Metric of all rows.
    cutoff : date
        Cutoff of all rows.
    """
    table = _declared(name)
    target = f"`{table.database}`.`{name}`"
    staged = f"`{table.database}`.`{name}__new`"
    is_monthly = "toYYYYMM" in table.partition_by
    partition = f"('{metric}', {cutoff:%Y%m})" if is_monthly else f"'{metric}'"
    columns = ", ".join(column for column, _ in table.columns)
    client.command(f"drop table if exists {staged} sync")
    client.command(
        f"create table {staged} as {target} engine = MergeTree "
        f"partition by {table.partition_by} order by {table.order_by}"
    )
    try:
        if is_monthly:
            client.command(
                f"insert into {staged} ({columns}) select {columns} from {target} "
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
        # A partition cannot be replaced by nothing: what nobody forecast any more is dropped.
        [[kept]] = client.query(f"select count() from {staged}").result_rows
        client.command(
            f"alter table {target} replace partition {partition} from {staged}"
            if kept
            else f"alter table {target} drop partition {partition}"
        )
    finally:
        client.command(f"drop table if exists {staged} sync")


def _declared(name: str) -> RawTable:
    database = settings.database("ml")
    return next(
        table for table in declared_tables() if (table.database, table.name) == (database, name)
    )
