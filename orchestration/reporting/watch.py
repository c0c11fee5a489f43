"""Queries on the warehouse by what is watched: their parameters, and their rows."""

import json
from collections.abc import Callable
from typing import Any

from orchestration import settings

__all__ = ["Ask", "asker", "is_built", "markdown_table", "parameters"]

Ask = Callable[[str, dict[str, Any]], list[dict[str, Any]]]
"""Asks a query on the marts with bound parameters, and returns its rows."""

_EXACT = {
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_decimals": "1",
}


def parameters() -> dict[str, Any]:
    """Return the parameters of the queries: the var ``watch``, and the names of databases."""
    found: dict[str, Any] = {
        layer: settings.database(layer) for layer in ("marts", "predictions", "ml")
    }
    for name, value in settings.project_vars()["watch"].items():
        if isinstance(value, dict):
            found |= {f"{name}_{key}": threshold for key, threshold in value.items()}
        else:
            found[name] = value
    return found


def asker(client: Any) -> Ask:
    """Return what asks queries on the marts.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    """
    marts = settings.database("marts")
    if client.command(f"exists database `{marts}`"):
        client.command(f"use `{marts}`")
    known = parameters()

    def ask(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        used = {key: value for key, value in known.items() if f"{{{key}:" in sql}
        answer = client.raw_query(sql, parameters=used | params, settings=_EXACT, fmt="JSONEachRow")
        return [json.loads(line) for line in answer.decode().splitlines()]

    return ask


def is_built(client: Any, table: str) -> bool:
    """Return whether a table is there, named as ``layer.name``."""
    layer, name = table.split(".")
    return bool(client.command(f"exists table `{settings.database(layer)}`.{name}"))


def markdown_table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table in Markdown; None is an empty cell."""
    if not rows:
        return ""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
