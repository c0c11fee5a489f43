"""What happened lately: alerts, regressions, failures, loads, deployments."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

# The newest of each kind and severity first, so that many of one kind hide no other.
_ROWS = """
    select kind, severity, happened_at, subject, text, link, of_kind
    from (
        select
            *,
            count() over (partition by kind, severity) as of_kind,
            row_number() over (
                partition by kind, severity order by happened_at desc, event_id
            ) as place
        from v_activity_feed
        where toDate(happened_at) between {first:Date} and {last:Date}
    )
    where place <= 2
    order by happened_at desc, kind, severity, subject
    limit 20
"""
_ALERTS = """
    select
        severity,
        count() as raised,
        countIf(is_active) as active
    from mart_alerts
    where toDate(first_seen_at) between {first:Date} and {last:Date}
    group by severity
    order by indexOf(['critical', 'major', 'warning', 'minor', 'info'], severity), severity
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the block; what happened is of everything, whatever the filters."""
    return {"rows": _ROWS, "alerts": _ALERTS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows."""
    return {"rows": answers["rows"], "alerts": answers["alerts"]}
