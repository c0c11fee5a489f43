"""What calls cost, as soon as they are priced and before anything is judged."""

from typing import Any

from orchestration import settings
from orchestration.reporting.tables import Table, plain_table, short, usd

__all__ = ["costs_at_first_sight"]

_TOP = 5
_DAYS = 7


def costs_at_first_sight(client: Any) -> str:
    """Return what calls cost by day, model and project.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on a warehouse whose calls are priced; the marts need not exist.

    Returns
    -------
    str
        Tables as text: the latest days with calls, and the most expensive models and projects.
        Empty without calls.
    """
    calls = f"`{settings.database('intermediate')}`.int_calls"
    runs = f"`{settings.database('conformed')}`.int_runs__unioned"
    of_project = (
        f"{calls} as calls inner join (select run_id, project from {runs} where project != '') "
        "as runs on calls.run_id = runs.run_id"
    )
    tables = [
        _costs(client, "day", "called_date", calls, f"name desc limit {_DAYS}"),
        _costs(client, "model", "model", calls, f"cost_usd desc, name limit {_TOP}"),
        _costs(client, "project", "project", of_project, f"cost_usd desc, name limit {_TOP}"),
    ]
    return "\n\n".join(plain_table(table) for table in tables if table.rows)


def _costs(client: Any, name: str, column: str, rows: str, order: str) -> Table:
    found = client.query(
        f"select toString({column}) as name, sum(logged_call_count), "
        f"sum(ifNull(cost_usd, 0)) as cost_usd from {rows} group by name order by {order}"
    ).result_rows
    largest = max((cost for *_, cost in found), default=0)
    return Table(
        f"Cost by {name}, before anything is judged",
        (name, ">calls", ">cost, USD"),
        [(short(key), f"{count:,}", usd(cost, largest)) for key, count, cost in found],
    )
