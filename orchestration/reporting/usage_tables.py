"""Tables of usage for people, with the columns of ccusage's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orchestration.reporting.tables import Table

__all__ = ["period_table", "window_table"]

_TITLES = {"daily": "Date", "weekly": "Week", "monthly": "Month", "sessions": "Session"}
_KEYS = {"daily": "date", "weekly": "week", "monthly": "month", "sessions": "sessionId"}
_COUNTERS = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens")
_NUMBERS = (">Input", ">Output", ">Cache Create", ">Cache Read", ">Total Tokens", ">Cost (USD)")


def period_table(document: Mapping[str, Any], with_models: bool) -> Table:
    """Return the table of a period.

    Parameters
    ----------
    document : mapping
        As :func:`orchestration.reporting.usage.usage` returns it.
    with_models : bool
        Whether each model has a row of its own.

    Returns
    -------
    Table
        One row per period, and one with the totals.
    """
    name = next(key for key in document if key != "totals")
    is_session = name == "sessions"
    rows: list[tuple[str, ...]] = []
    for entry in document[name]:
        last = (entry["lastActivity"],) if is_session else ()
        models = ", ".join(map(_short, entry["modelsUsed"]))
        rows.append((entry[_KEYS[name]], models, *_numbers(entry, "totalCost"), *last))
        for model in entry["modelBreakdowns"] if with_models else ():
            numbers = _numbers(model, "cost")
            rows.append(("", f"- {_short(model['modelName'])}", *numbers, *("" for _ in last)))
    totals = _numbers(document["totals"], "totalCost")
    rows.append(("Total", "", *totals, *(("",) if is_session else ())))
    last_header = ("Last Activity",) if is_session else ()
    header = (_TITLES[name], "Models", *_NUMBERS, *last_header)
    return Table(f"Coding agents' usage: {name}", header, rows)


def window_table(document: Mapping[str, Any]) -> Table:
    """Return the table of windows.

    Parameters
    ----------
    document : mapping
        As :func:`orchestration.reporting.usage_windows.usage_windows` returns it.

    Returns
    -------
    Table
        One row per window or pause, and below an active one its burn rate and projection.
    """
    rows: list[tuple[str, ...]] = []
    for block in document["blocks"]:
        start = block["startTime"][:16].replace("T", " ")
        if block["isGap"]:
            hours = round(_minutes(block["startTime"], block["endTime"]) / 60)
            rows.append((start, block["source"], f"{hours}h gap", "", "", "", "", ""))
            continue
        busy = round(_minutes(block["startTime"], block["actualEndTime"]))
        state = "active" if block["isActive"] else f"{busy // 60}h {busy % 60}m"
        models = ", ".join(map(_short, block["models"]))
        tokens, cost = f"{block['totalTokens']:,}", f"{block['costUSD']:.2f}"
        shares = _share(block["largestWindowShare"]), _share(block["limitShare"])
        rows.append((start, block["source"], state, models, tokens, *shares, cost))
        if block["isActive"]:
            rows += _outlook(block)
    header = (
        "Window Start",
        "Agent",
        "Duration",
        "Models",
        ">Tokens",
        ">% of largest",
        ">% of limit",
        ">Cost (USD)",
    )
    return Table("Coding agents' usage: windows, in UTC", header, rows)


def _outlook(block: Mapping[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    rate, end = block["burnRate"], block["projection"]
    if rate:
        text = f"{rate['tokensPerMinute']:,.0f} tokens/min"
        rows.append(("", "", "burn rate", text, "", "", "", f"{rate['costPerHour']:.2f}/h"))
    if end:
        left = f"{end['remainingMinutes']} min left"
        tokens, limit = f"{end['totalTokens']:,}", block["limitTokens"]
        share = _share(end["totalTokens"] / limit if limit else None)
        cost = f"{end['totalCost']:.2f}"
        rows.append(("", "", "projected", left, tokens, "", share, cost))
    return rows


def _numbers(entry: Mapping[str, Any], cost: str) -> tuple[str, ...]:
    counts = [entry[name] for name in _COUNTERS]
    return (*(f"{count:,}" for count in (*counts, sum(counts))), f"{entry[cost]:.2f}")


def _share(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.1%}"


def _short(model: str) -> str:
    """Return a model's name without its maker's prefix and its release."""
    name = model.removeprefix("claude-")
    head, _, tail = name.rpartition("-")
    return head if head and tail.isdigit() and len(tail) == len("20260101") else name


def _minutes(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60
