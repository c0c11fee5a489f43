"""Tables that an interrupted dbt run leaves behind."""

from typing import Any

__all__ = ["drop_leftovers"]

# dbt-clickhouse's intermediate relations. If the run died between its two renames, the backup is
# the only copy of a model, so a backup is dropped only if the model exists.
LEFTOVERS = r"""
select database, name, engine
from system.tables
where database not in ('system', 'information_schema', 'INFORMATION_SCHEMA')
    and (
        match(name, '^__dbt_exchange_test_[01]_[0-9a-f]+$')
        or match(name, '__dbt_(distributed_)?new_data(_[0-9a-f_]+)?$')
        or match(name, '__dbt_(view_)?tmp$')
        or (
            endsWith(name, '__dbt_backup')
            and (database, substring(name, 1, length(name) - length('__dbt_backup')))
                in (select database, name from system.tables)
        )
    )
order by database, name
"""


def drop_leftovers(client: Any) -> list[str]:
    """Drop the intermediate tables of earlier runs.

    Only for a process that holds the directory exclusively: on a server they may belong to a run in
    progress.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the embedded warehouse.

    Returns
    -------
    list of str
        Dropped tables, as ``database.table``.
    """
    dropped = []
    for database, name, engine in client.query(LEFTOVERS).result_rows:
        kind = {"View": "view", "Dictionary": "dictionary"}.get(engine, "table")
        client.command(f"drop {kind} if exists `{database}`.`{name}` sync")
        dropped.append(f"{database}.{name}")
    return dropped
