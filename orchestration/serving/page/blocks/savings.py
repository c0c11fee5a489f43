"""What could be saved, each dollar counted once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_WHERE = """
    from mart_opportunities
    where
        ({workflow:String} = '' or workflow_id = {workflow:String})
        and ({project:String} = '' or project = {project:String})
        and ({model:String} = '' or model = {model:String})
"""
_ROWS = f"""
    select
        opportunities.workflow_id as workflow_id,
        opportunities.estimate_basis as estimate_basis,
        opportunities.difficulty as difficulty,
        opportunities.run_count as run_count,
        opportunities.potential_savings_usd as potential_savings_usd,
        opportunities.net_savings_usd as net_savings_usd,
        insights.title as title,
        insights.recommendations[1] as recommendation
    from (select * {_WHERE}) as opportunities
    left join (
        select finding_id, title, recommendations
        from mart_insights
        where is_opportunity and is_shown
    ) as insights
        on opportunities.opportunity_id = insights.finding_id
    order by net_savings_usd desc, opportunities.opportunity_id
    limit 10
"""
_TOTALS = f"""
    select
        count() as opportunities,
        sum(net_savings_usd) as net_usd,
        min(period_start_date) as first,
        max(period_last_date) as last
    {_WHERE}
"""
_BASIS = {
    "measured": "measured in contests of the models",
    "logged": "as logged",
    "price_book": "from prices only, quality not measured",
}


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the savings."""
    return {"rows": _ROWS, "totals": _TOTALS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the savings show."""
    (totals,) = answers["totals"]
    rows = answers["rows"]
    top = max((float(row["net_savings_usd"]) for row in rows), default=0.0) or 1.0
    return totals | {
        "rows": [
            row
            | {
                "basis": _BASIS.get(row["estimate_basis"], row["estimate_basis"]),
                "width": round(84 * max(0.0, float(row["net_savings_usd"])) / top, 1),
            }
            for row in rows
        ]
    }
