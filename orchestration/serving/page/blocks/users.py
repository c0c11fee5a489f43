"""Do users come back, and how do they speak."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from orchestration.serving.page.choice import Choice
from orchestration.serving.page.filtering import FACT_FILTER
from orchestration.serving.page.lines import line_chart

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_WEEKS = 8
_COHORTS = f"""
    select cohort_name, cohort_week, week_number, user_count, active_user_count, retention_share,
        is_complete
    from mart_cohorts
    where
        cohort_kind = 'first_week'
        and week_number < {_WEEKS}
        and cohort_name in (
            select cohort_name
            from mart_cohorts
            where cohort_kind = 'first_week'
            group by cohort_name
            order by max(cohort_week) desc
            limit {_WEEKS}
        )
    order by cohort_week desc, week_number
"""
_GROUPS = """
    select cohort_name, sum(cost_usd) as cost_usd, max(user_count) as users,
        sum(conversation_count) as conversations
    from mart_cohorts
    where cohort_kind != 'first_week'
    group by cohort_name
    order by cost_usd desc, cohort_name
    limit 10
"""
_TONE = f"""
    select
        sent_date as date,
        avg(sentiment_score) as score,
        count(sentiment_score) as messages,
        countIf(sentiment_label = 'negative') as negative
    from fct_message_sentiments
    where sent_date between {{first:Date}} and {{last:Date}} and {FACT_FILTER}
    group by date
    having messages > 0
    order by date
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the block; cohorts are of everybody."""
    cohorts = {} if choice.filters else {"cohorts": _COHORTS, "groups": _GROUPS}
    return cohorts | {"tone": _TONE}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows: a grid of weeks, groups of users, tone by day."""
    tone = answers["tone"]
    messages = sum(int(row["messages"]) for row in tone)
    return {
        "weeks": list(range(_WEEKS)),
        "cohorts": [
            {"name": name, "users": rows[0]["user_count"], "weeks": _by_week(rows)}
            for name, found in groupby(
                answers.get("cohorts", []), key=lambda row: row["cohort_name"]
            )
            if (rows := list(found))
        ],
        "groups": answers.get("groups", []),
        "tone": tone,
        "messages": messages,
        "negative": sum(int(row["negative"]) for row in tone),
        "score": sum(float(row["score"]) * int(row["messages"]) for row in tone) / messages
        if messages
        else None,
        "chart": line_chart(
            last - timedelta(days=choice.days - 1),
            last,
            [
                {"date": row["date"], "negative": 100 * int(row["negative"]) / int(row["messages"])}
                for row in tone
            ],
            ("negative",),
            "%",
        ),
    }


def _by_week(rows: Rows) -> list[dict[str, Any] | None]:
    """Return the weeks since joining; None where a week is not there yet."""
    known = {int(row["week_number"]): row for row in rows}
    return [
        known[week] | {"step": round(4 * float(known[week]["retention_share"] or 0))}
        if week in known
        else None
        for week in range(_WEEKS)
    ]
