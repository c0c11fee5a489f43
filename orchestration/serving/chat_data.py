"""Document E's main endpoint: a chat's figures by hour, day, week or month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orchestration import settings
from orchestration.serving.declaring import Endpoint, Parameter, Rows, WrongParameterError

__all__ = ["DATA_ENDPOINT", "RANGES", "day"]

RANGES = {"7d": 7, "30d": 30, "90d": 90, "all": 0}
_DATES = {"start_date": "startDate", "end_date": "endDate"}
_DAY_LETTERS = 10
_PERIODS = ("hour", "day", "week", "month", "all")
_METRICS = {
    "tokens": "tokenUsage",
    "quality": "quality",
    "latency": "latency",
    "errors": "errors",
    "tools": "tools",
    "conversations": "conversations",
}
_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2149, 1, 1)
_BUCKET = """multiIf(
    {period:String} = 'hour', toStartOfHour(toDateTime(happened_at, 'UTC')),
    {period:String} = 'day', toStartOfDay(toDateTime(happened_at, 'UTC')),
    {period:String} = 'week', toDateTime(toMonday(toDateTime(happened_at, 'UTC')), 'UTC'),
    {period:String} = 'month', toDateTime(toStartOfMonth(toDateTime(happened_at, 'UTC')), 'UTC'),
    toDateTime(first_date, 'UTC')
)"""
_DATA = f"""
with
    coalesce((select max(called_date) from fct_calls), toDate(0)) as newest_date,
    coalesce((select min(called_date) from fct_calls), toDate(0)) as oldest_date,
    if({{end_date:String}} != '', toDateOrZero({{end_date:String}}), newest_date) as last_date,
    multiIf(
        {{start_date:String}} != '', toDateOrZero({{start_date:String}}),
        {{range:String}} = 'all', least(oldest_date, last_date),
        last_date - toUInt32(replaceOne({{range:String}}, 'd', '')) + 1
    ) as first_date,
    events as (
        select called_at as happened_at, 'call' as kind, toUInt64(input_tokens) as tokens_in,
            toUInt64(output_tokens) as tokens_out, toFloat64(cost_usd) as usd, is_error,
            if(is_run_level, null, duration_ms) as ms, is_sla_breach as is_late,
            cast(null as Nullable(Float64)) as score
        from fct_calls where called_date between first_date and last_date
        union all
        select evaluated_at, toString(evaluation_kind), 0, 0, 0, false, null, null, score
        from fct_evaluations where evaluated_date between first_date and last_date
        union all
        select called_at, 'tool', 0, 0, 0, is_error, null, null, null
        from fct_tool_calls where called_date between first_date and last_date
        union all
        select started_at, 'conversation', 0, 0, 0, false, null, null, null
        from fct_conversations where started_date between first_date and last_date
        union all
        select toDateTime64(first_date, 3, 'UTC') + toIntervalHour(number), '', 0, 0, 0, false,
            null, null, null
        from (
            select arrayJoin(range(
                if(newest_date = toDate(0), 0, toUInt32(24 * (1 + last_date - first_date)))
            )) as number
        )
    )
select
    formatDateTime(bucket, '%Y-%m-%dT%H:%i:%SZ') as period,
    toString(any(first_date)) as first_date_text,
    toString(any(last_date)) as last_date_text,
    {{metrics:String}} as asked_metrics,
    sum(tokens_in) as inputTokens,
    sum(tokens_out) as outputTokens,
    sum(usd) as cost,
    countIf(kind = 'call') as messages,
    if(countIf(kind = 'rating') = 0, null, 1 + 4 * avgIf(score, kind = 'rating')) as averageRating,
    countIf(kind = 'rating') as ratings,
    if(countIf(kind = 'success') = 0, null, 100 * avgIf(score, kind = 'success')) as successRate,
    countIf(kind = 'success') as evaluations,
    countIf(kind = 'call' and is_error) as failed,
    if(countIf(kind = 'call') = 0, null, 100 * failed / messages) as errorRate,
    countIf(kind = 'tool') as toolCalls,
    if(toolCalls = 0, null, 100 * countIf(kind = 'tool' and not is_error) / toolCalls)
        as toolSuccessRate,
    countIf(kind = 'conversation') as conversations,
    avg(ms) as averageLatencyMs,
    count(ms) as timed,
    arrayReduce('quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)', groupArray(ms)) as percentiles,
    if(timed = 0, null, 100 * countIf(is_late) / timed) as slaBreachRate
from (select *, {_BUCKET} as bucket from events)
group by bucket
order by bucket
"""
_KEYS = {
    "tokens": ("inputTokens", "outputTokens", "cost", "messages"),
    "quality": ("averageRating", "ratings", "successRate", "evaluations"),
    "errors": ("failed", "errorRate"),
    "tools": ("toolCalls", "toolSuccessRate"),
    "conversations": ("conversations",),
}


@dataclass(frozen=True)
class _DataEndpoint(Endpoint):
    """The main endpoint: it has dates that belong together."""

    def bound(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values of the parameters.

        Raises
        ------
        WrongParameterError
            If one is not valid, or the dates are too far apart.
        """
        bound = super().bound(given)
        # Document E's own names; its moments count as their days.
        for name, name_of_document in _DATES.items():
            of_document = bound.pop(name_of_document)[:_DAY_LETTERS]
            bound[name] = bound[name] or of_document
        days = [day(name, bound[name]) for name in _DATES]
        if any(days):
            first, last = days
            if first is None or last is None:
                raise WrongParameterError("start_date", "both days are needed", "2026-01-31")
            longest = settings.project_vars()["serving_answers"]["longest_days"]
            if not timedelta() <= last - first < timedelta(days=longest):
                raise WrongParameterError(
                    "end_date", "the days are too far apart", f"at most {longest} days"
                )
            bound |= {"start_date": first.isoformat(), "end_date": last.isoformat()}
        elif bound["range"] == "all" and bound["period"] == "hour":
            raise WrongParameterError(
                "period",
                "hours of all days are too many",
                [one for one in _PERIODS if one != "hour"],
            )
        for name in filter(None, bound["metrics"].split(",")):
            if name not in _METRICS:
                raise WrongParameterError("metrics", f"{name!r} is unknown", list(_METRICS))
        return bound


def day(name: str, text: str) -> date | None:
    """Return the day that a parameter names.

    Parameters
    ----------
    name : str
        The parameter.
    text : str
        Its value; empty for none.

    Raises
    ------
    WrongParameterError
        If it is no day.
    """
    try:
        found = date.fromisoformat(text) if text else None
        # What ClickHouse has as a day.
        if found is not None and not _FIRST_DAY <= found <= _LAST_DAY:
            raise ValueError
        return found
    except ValueError:
        raise WrongParameterError(name, "it is no day", "2026-01-31") from None


def _dataset(rows: Rows) -> dict[str, Any]:
    series: dict[str, list[dict[str, Any]]] = {name: [] for name in _METRICS.values()}
    for row in rows:
        for metric, columns in _KEYS.items():
            point = {"period": row["period"]} | {column: row[column] for column in columns}
            series[_METRICS[metric]].append(point)
        names = ("p50", "p90", "p95", "p99")
        known = row["percentiles"] if row["timed"] else [None] * len(names)
        series["latency"].append(
            {"period": row["period"], "averageLatencyMs": row["averageLatencyMs"]}
            | dict(zip(names, known, strict=True))
            | {"slaBreachRate": row["slaBreachRate"]}
        )
    asked = [name for name in (rows[0]["asked_metrics"] if rows else "").split(",") if name]
    ends = (rows[0]["first_date_text"], rows[0]["last_date_text"]) if rows else (None, None)
    return {
        "success": True,
        "data": {
            "userId": None,
            "timeRange": {"start": ends[0], "end": ends[1]},
            "metrics": {
                key: series[key] for name, key in _METRICS.items() if not asked or name in asked
            },
            "aggregations": {
                name: sum(row[name] for row in rows)
                for name in (
                    *("messages", "inputTokens", "outputTokens", "cost", "failed"),
                    *("toolCalls", "conversations", "ratings", "evaluations"),
                )
            },
        },
    }


DATA_ENDPOINT = _DataEndpoint(
    path="/api/analytics/data",
    summary="Tokens, quality, latency, errors, tools and conversations by period (document E).",
    parameters=(
        Parameter("range", "The last days of the data.", default="30d", allowed=tuple(RANGES)),
        Parameter("period", "How long a period is.", default="day", allowed=_PERIODS),
        Parameter("start_date", "First day; then `range` is not read."),
        Parameter("end_date", "Last day."),
        Parameter("startDate", "The same, as document E has it: a day or a moment."),
        Parameter("endDate", "The same, as document E has it."),
        Parameter("metrics", f"Some of {', '.join(_METRICS)}, between commas."),
        Parameter("granularity", "Accepted, as document E has it; `period` decides."),
    ),
    sql=_DATA,
    shape=_dataset,
)
