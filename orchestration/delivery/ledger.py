"""The ledger of deliveries, ``raw.deliveries``, and what is read with it from the warehouse."""

import json
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

from orchestration import settings
from orchestration.delivery.notices import Delivery, Notice
from orchestration.delivery.rules import Limits, Rule
from orchestration.errors import UserError

__all__ = ["project_limits", "read_deliveries", "read_notices", "read_rules", "write_deliveries"]

_TIMES = ("created_at", "next_attempt_at", "finished_at")


def project_limits() -> Limits:
    """Return the var ``delivery`` of the project."""
    return Limits(**settings.project_vars()["delivery"])


def read_rules(client: Any) -> dict[str, Rule]:
    """Return the enabled rules, by id.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Raises
    ------
    UserError
        If the seed was not built yet.
    """
    table = f"`{settings.database('reference')}`.delivery_rules"
    if not client.command(f"exists table {table}"):
        raise UserError("There are no delivery rules yet: run `tokenhouse build` first.")
    columns = ", ".join(field.name for field in fields(Rule))
    rows = client.query(f"select {columns} from {table} where is_enabled").named_results()
    return {row["rule_id"]: Rule(**row) for row in rows}


def read_notices(client: Any) -> list[Notice]:
    """Return what could be sent.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Raises
    ------
    UserError
        If the marts were not built yet.
    """
    view = f"`{settings.database('marts')}`.v_notices"
    if not client.command(f"exists table {view}"):
        raise UserError("There are no marts yet: run `tokenhouse build` first.")
    columns = [field.name for field in fields(Notice) if field.name != "seen_at"]
    rows = client.query(
        f"select {', '.join(columns)}, "
        f"toUnixTimestamp64Milli(seen_at) / 1000 as seen_at from {view}"
    ).named_results()
    return [Notice(**row) for row in rows]


def read_deliveries(client: Any) -> dict[str, Delivery]:
    """Return the ledger, by id.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    """
    table = f"`{settings.database('raw')}`.deliveries"
    if not client.command(f"exists table {table}"):
        return {}
    columns = [
        f"ifNull(toUnixTimestamp64Milli({field.name}) / 1000, 0) as {field.name}_seconds"
        if field.name in _TIMES
        else field.name
        for field in fields(Delivery)
    ]
    rows = client.query(
        f"select {', '.join(columns)} from {table} order by change_number desc "
        "limit 1 by delivery_id"
    ).named_results()
    found = {}
    for row in rows:
        for name in _TIMES:
            row[name] = row.pop(f"{name}_seconds")
        found[row["delivery_id"]] = Delivery(**row)
    return found


def write_deliveries(client: Any, rows: Iterable[Delivery], ledger: dict[str, Delivery]) -> None:
    """Append rows in one insert, and keep them in the ledger that was read.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    rows : iterable of Delivery
        New states.
    ledger : dict
        The ledger, by id; changed in place.
    """
    last = max((row.change_number for row in ledger.values()), default=0)
    numbered = [replace(row, change_number=last + place) for place, row in enumerate(rows, 1)]
    lines = []
    for row in numbered:
        values = asdict(row)
        for name in _TIMES:
            values[name] = _written(values[name]) if values[name] or name != "finished_at" else None
        lines.append(json.dumps(values, ensure_ascii=False))
    if lines:
        client.raw_insert(
            f"`{settings.database('raw')}`.deliveries",
            insert_block="\n".join(lines).encode("utf-8", "replace"),
            fmt="JSONEachRow",
        )
    ledger |= {row.delivery_id: row for row in numbered}


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
