"""Usage of coding agents by day, week, month and session, in the shape that ccusage prints."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from orchestration import settings
from orchestration.errors import UserError

__all__ = ["PERIODS", "UsageFilter", "chosen_rows", "usage"]

PERIODS = ("daily", "weekly", "monthly", "session")

_KEYS = {"daily": "date", "weekly": "week", "monthly": "month", "session": "sessionId"}
# Names as ccusage has them, by the marts' columns.
_COUNTERS = {
    "inputTokens": "uncached_input_tokens",
    "outputTokens": "output_tokens",
    "cacheCreationTokens": "cache_write_5m_tokens + cache_write_1h_tokens",
    "cacheReadTokens": "cache_read_tokens",
}


@dataclass(frozen=True)
class UsageFilter:
    """Which calls are counted, and in which order they are shown.

    Attributes
    ----------
    sources : tuple of str
        Coding agents; empty for all.
    project : str
        Only this project; empty for all.
    since, until : date or None
        First and last UTC day.
    is_newest_first : bool
        Whether the newest comes first.
    """

    sources: tuple[str, ...] = ()
    project: str = ""
    since: date | None = None
    until: date | None = None
    is_newest_first: bool = False


def usage(client: Any, period: str, chosen: UsageFilter) -> dict[str, Any]:
    """Return the usage of each period with its models, and its totals.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    period : str
        One of ``PERIODS``.
    chosen : UsageFilter
        Which calls.

    Returns
    -------
    dict
        The document that ``ccusage <period> --json`` prints.

    Raises
    ------
    UserError
        If the marts are not built.
    """
    groups: dict[str, dict[str, Any]] = {}
    for row in chosen_rows(client, _usage_sql(period), chosen, "called_date"):
        group = groups.setdefault(row["period"], _group(_KEYS[period], row))
        group["modelsUsed"].append(row["model"])
        group["modelBreakdowns"].append(
            {"modelName": row["model"]}
            | {name: row[name] for name in _COUNTERS}
            | {"cost": float(row["cost"])}
        )
        for name in _COUNTERS:
            group[name] += row[name]
            group["totalTokens"] += row[name]
        group["cost"] += row["cost"]
        group["last"] = max(group["last"], row["last_at"])
    ordered = sorted(groups.values(), key=_place(period), reverse=chosen.is_newest_first)
    shown = [_finished(group, period) for group in ordered]
    return {f"{period}s" if period == "session" else period: shown, "totals": _totals(ordered)}


def _usage_sql(period: str) -> str:
    reference = settings.database("reference")
    first_weekday = settings.project_vars()["usage_windows"]["first_weekday"]
    # A sub-agent's calls belong to the session that started it.
    periods = {
        "daily": "toString(called_date)",
        "weekly": "toString(subtractDays(called_date, "
        f"modulo(toDayOfWeek(called_date) + 7 - {first_weekday}, 7)))",
        "monthly": "formatDateTime(called_date, '%Y-%m')",
        "session": "splitByChar('/', substring(run_id, position(run_id, ':') + 1))[1]",
    }
    sums = ", ".join(f"sum(coalesce({column}, 0)) as {name}" for name, column in _COUNTERS.items())
    return f"""
        select
            {periods[period]} as period, toString(model) as model, any(project) as project_name,
            toString(max(called_at)) as last_at, {sums}, sum(coalesce(cost_usd, 0)) as cost
        from {{marts}}.fct_calls
        where is_billable and {{condition}}
            and source in (
                select source from `{reference}`.source_precedence where kind = 'transcript'
            )
        group by period, model
        order by period, cost desc, model
    """


def chosen_rows(client: Any, sql: str, chosen: UsageFilter, day: str) -> list[dict[str, Any]]:
    """Return the rows of a query whose condition is left open.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    sql : str
        With ``{marts}`` and ``{condition}``.
    chosen : UsageFilter
        The condition.
    day : str
        The expression of the UTC day that it is about.

    Returns
    -------
    list of dict
        The rows.

    Raises
    ------
    UserError
        If the marts are not built.
    """
    marts = settings.database("marts")
    if not client.command(f"exists table `{marts}`.mart_usage_windows"):
        raise UserError("The marts of usage are not built yet: run `tokenhouse build`.")
    conditions = ["true"]
    parameters: dict[str, Any] = {}
    if chosen.sources:
        conditions.append("source in {sources:Array(String)}")
        parameters["sources"] = list(chosen.sources)
    if chosen.project:
        conditions.append("project = {project:String}")
        parameters["project"] = chosen.project
    for name, comparison, moment in (
        ("since", ">=", chosen.since),
        ("until", "<=", chosen.until),
    ):
        if moment:
            conditions.append(f"{day} {comparison} {{{name}:Date}}")
            parameters[name] = moment
    statement = sql.replace("{marts}", f"`{marts}`").replace(
        "{condition}", " and ".join(conditions)
    )
    return list(client.query(statement, parameters=parameters).named_results())


def _group(key: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: row["period"],
        **dict.fromkeys(_COUNTERS, 0),
        "totalTokens": 0,
        "cost": Decimal(0),
        "modelsUsed": [],
        "modelBreakdowns": [],
        "last": row["last_at"],
        "project": row["project_name"],
    }


def _place(period: str) -> Any:
    """Return the key of the order: time; sessions are in the order in which they were last used."""
    key = "last" if period == "session" else _KEYS[period]
    return lambda group: group[key]


def _finished(group: dict[str, Any], period: str) -> dict[str, Any]:
    shown = {_KEYS[period]: group[_KEYS[period]]}
    shown |= {name: group[name] for name in (*_COUNTERS, "totalTokens")}
    shown["totalCost"] = float(group["cost"])
    if period == "session":
        shown["lastActivity"] = group["last"][:10]
    shown |= {name: group[name] for name in ("modelsUsed", "modelBreakdowns")}
    if period == "session":
        shown["projectPath"] = group["project"]
    return shown


def _totals(groups: list[dict[str, Any]]) -> dict[str, Any]:
    totals = {name: sum(group[name] for group in groups) for name in _COUNTERS}
    cost = sum((group["cost"] for group in groups), Decimal(0))
    return totals | {"totalCost": float(cost), "totalTokens": sum(totals.values())}
