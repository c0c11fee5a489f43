"""The page as one file, which asks nothing of anybody."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError, UserError
from orchestration.serving.page.choice import FILTERS, Choice
from orchestration.serving.page.render import page, report_styles
from orchestration.warehouse.reading import connect_to_read

__all__ = ["choice_of_scope", "report_html", "write_report"]

_EXACT = {
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_decimals": "1",
}


def choice_of_scope(period: str, scope: str) -> Choice:
    """Return what a report is about.

    Parameters
    ----------
    period : str
        Which one: 7, 30 or 90 days, ``month`` or ``all``.
    scope : str
        Kind and name, as ``project:shop``; empty for everything.

    Raises
    ------
    BadInputError
        If there is no such kind.
    """
    kind, _, name = scope.partition(":")
    if not scope:
        return Choice(period=period)
    if kind not in FILTERS or not name:
        raise BadInputError(
            f"The scope {scope!r} is none: give a kind and a name, as project:shop; "
            f"kinds are {', '.join(FILTERS)}."
        )
    return Choice(period=period, filters={kind: name})


def write_report(choice: Choice, output: Path) -> str:
    """Write the report.

    Parameters
    ----------
    choice : Choice
        What it is about.
    output : Path
        File to write.

    Returns
    -------
    str
        What a user should know about it, or the empty string.

    Raises
    ------
    UserError
        If nothing was built yet.
    """
    with connect_to_read() as reading:
        text = report_html(reading.client, choice)
    output.write_text(text, encoding="utf-8")
    return reading.note


def report_html(client: Any, choice: Choice) -> str:
    """Return the report.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    choice : Choice
        What it is about.

    Raises
    ------
    UserError
        If nothing was built yet.
    """
    marts = settings.database("marts")
    if not client.command(f"exists table `{marts}`.run_analytics"):
        raise UserError("There are no marts yet: run `tokenhouse run`, or `tokenhouse build`.")
    client.command(f"use `{marts}`")

    async def ask(sql: str, params: dict[str, str]) -> list[dict[str, Any]]:
        answer = client.raw_query(sql, parameters=params, settings=_EXACT, fmt="JSONEachRow")
        return [json.loads(line) for line in answer.decode().splitlines()]

    # In a thread of its own: who asks may be in an event loop already, as a notebook is.
    with ThreadPoolExecutor(max_workers=1) as thread:
        made = page(ask, choice, styles=report_styles())
        return thread.submit(asyncio.run, made).result()
