"""Usage windows of coding agents with burn rate and projection, in the shape of ccusage."""

from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.reporting.usage import UsageFilter, chosen_rows

__all__ = ["usage_windows"]

_WINDOWS_SQL = """
    select *
    from {marts}.mart_usage_windows
    where window_kind = 'block' and {condition}
    order by source, window_start_at
"""


def usage_windows(client: Any, chosen: UsageFilter, *, is_active: bool = False) -> dict[str, Any]:
    """Return the usage windows with burn rate and projection, and the pauses between them.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    chosen : UsageFilter
        Which windows; one has the calls of all projects, so that no project can be chosen.
    is_active : bool
        Only those that are not over.

    Returns
    -------
    dict
        The document that ``ccusage blocks --json`` prints, and for each window its coding agent and
        its limit in addition.
    """
    blocks: list[dict[str, Any]] = []
    last: dict[str, datetime] = {}
    for row in chosen_rows(client, _WINDOWS_SQL, chosen, "toDate(window_start_at)"):
        length = row["window_end_at"] - row["window_start_at"]
        before = last.get(row["source"])
        if before and row["first_called_at"] - before > length:
            blocks.append(_gap(row["source"], before + length, row["first_called_at"]))
        last[row["source"]] = row["last_called_at"]
        blocks.append(_block(row))
    if is_active:
        blocks = [block for block in blocks if block["isActive"]]
    if chosen.is_newest_first:
        blocks.reverse()
    return {"blocks": blocks}


def _block(row: dict[str, Any]) -> dict[str, Any]:
    tokens = {
        "inputTokens": row["uncached_input_tokens"],
        "outputTokens": row["output_tokens"],
        "cacheCreationInputTokens": row["cache_write_5m_tokens"] + row["cache_write_1h_tokens"],
        "cacheReadInputTokens": row["cache_read_tokens"],
    }
    burn_rate = projection = None
    if row["tokens_per_minute"] is not None:
        asked = tokens["inputTokens"] + tokens["outputTokens"]
        burn_rate = {
            "tokensPerMinute": row["tokens_per_minute"],
            "tokensPerMinuteForIndicator": asked / row["busy_minutes"],
            "costPerHour": row["cost_per_hour_usd"],
        }
    if row["projected_total_tokens"] is not None:
        projection = {
            "totalTokens": round(row["projected_total_tokens"]),
            "totalCost": round(row["projected_cost_usd"], 2),
            "remainingMinutes": round(row["remaining_minutes"]),
        }
    return {
        "id": _iso(row["window_start_at"]),
        "startTime": _iso(row["window_start_at"]),
        "endTime": _iso(row["window_end_at"]),
        "actualEndTime": _iso(row["last_called_at"]),
        "isActive": row["is_active"],
        "isGap": False,
        "entries": row["call_count"],
        "tokenCounts": tokens,
        "totalTokens": row["total_tokens"],
        "costUSD": float(row["cost_usd"]),
        "models": row["models"],
        "burnRate": burn_rate if row["is_active"] else None,
        "projection": projection,
        "source": row["source"],
        "limitTokens": row["limit_tokens"],
        "limitShare": row["limit_tokens_ratio"],
        "largestWindowShare": row["largest_window_ratio"],
    }


def _gap(source: str, start: datetime, end: datetime) -> dict[str, Any]:
    """Return a pause longer than a window, as ccusage lists it."""
    counters = ("inputTokens", "outputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
    return {
        "id": f"gap-{_iso(start)}",
        "startTime": _iso(start),
        "endTime": _iso(end),
        "actualEndTime": None,
        "isActive": False,
        "isGap": True,
        "entries": 0,
        "tokenCounts": dict.fromkeys(counters, 0),
        "totalTokens": 0,
        "costUSD": 0,
        "models": [],
        "burnRate": None,
        "projection": None,
        "source": source,
    }


def _iso(moment: datetime) -> str:
    """Return a moment as JavaScript prints it."""
    utc = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    # Of the database's milliseconds a float keeps a few billionths too many or too few.
    rounded = utc + timedelta(microseconds=500)
    return rounded.isoformat(timespec="milliseconds") + "Z"
