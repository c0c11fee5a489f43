"""Document D's endpoints: the summary, the report and the list of insights."""

import json
from typing import Any

from orchestration.serving.declaring import (
    Endpoint,
    NotFoundError,
    Parameter,
    Rows,
    WrongParameterError,
)

__all__ = ["CATEGORIES", "DAYS", "INSIGHT_ENDPOINTS", "SEVERITIES"]

CATEGORIES = ("cost", "performance", "reliability", "usage", "optimization")
SEVERITIES = ("critical", "warning", "info")
# As the var `insights` has them.
DAYS = ("7", "30")
_WHOLE = "default"
_MOST_LISTED = 50
_BOOLEANS = ("true", "false")

_ORGANIZATION = Parameter("org_id", "Organization; `default` is everything.", default=_WHOLE)


def _days(default: str) -> Parameter:
    return Parameter("days", "Complete days that are analysed.", default=default, allowed=DAYS)


# `default` stands for everything, and an organization that nothing is of is unknown.
_DOCUMENT = """
    select
        if({{org_id:String}} = 'default', '', {{org_id:String}}) as asked_id,
        anyIf({answer}, organization_id = asked_id) as answer,
        {{org_id:String}} as org_id,
        arraySort(groupUniqArray(organization_id)) as organizations
        {more}
    from v_insight_documents
    where toString(days) = {{days:String}}
"""
_LIST = """
    select
        {org_id:String} as org_id,
        {pipeline_id:String} as pipeline_id,
        {include_recommendations:String} as include_recommendations,
        (
            select arraySort(groupUniqArray(organization_id)) from v_insight_documents
        ) as organizations,
        (select arraySort(groupUniqArray(workflow_id)) from run_analytics) as pipelines,
        arrayMap(row -> row.2, arraySort(groupArray((
            (
                indexOf(['critical', 'warning', 'info'], toString(severity)),
                -abs(coalesce(impact_usd, 0)), title, finding_id
            ),
            (
                finding_id, toString(type), toString(severity), toString(category), title,
                description, data, recommendations, workflow_id, toString(scope_id),
                evidence_run_ids, toString(period_start_date), toString(period_last_date)
            )
        )))) as items
    from mart_insights
    where
        is_shown
        and toString(days) = {days:String}
        and ({org_id:String} = 'default' or organization_id = {org_id:String})
        and ({pipeline_id:String} = '' or workflow_id = {pipeline_id:String})
        and ({category:String} = '' or category = {category:String})
        and ({severity:String} = '' or severity = {severity:String})
"""


def _checked(row: dict[str, Any]) -> None:
    """Refuse an organization or pipeline that is not in the data."""
    organizations = [_WHOLE, *(name for name in row["organizations"] if name)]
    if row["org_id"] not in organizations:
        raise WrongParameterError("org_id", f"{row['org_id']!r} is unknown", organizations)
    pipeline = row.get("pipeline_id", "")
    if pipeline and pipeline not in row["pipelines"]:
        raise WrongParameterError(
            "pipeline_id", f"{pipeline!r} is unknown", row["pipelines"][:_MOST_LISTED]
        )


def _summary(rows: Rows) -> dict[str, Any]:
    [row] = rows
    _checked(row)
    if not row["answer"]:
        raise NotFoundError("No analytics found")
    return json.loads(row["answer"])


def _report(rows: Rows) -> dict[str, Any]:
    [row] = rows
    report = _summary(rows)
    if row["include_forecasts"] == "false":
        report.pop("cost_forecast")
    if row["include_recommendations"] == "false":
        for insight in report["insights"]:
            insight.pop("recommendations")
        for opportunity in report["optimization_opportunities"]:
            opportunity.pop("recommendation")
    return report


def _list(rows: Rows) -> list[dict[str, Any]]:
    [row] = rows
    _checked(row)
    insights = [_insight(item) for item in row["items"]]
    if row["include_recommendations"] == "false":
        for insight in insights:
            insight.pop("recommendations")
    return insights


def _insight(item: Any) -> dict[str, Any]:
    names = ("id", "type", "severity", "category", "title", "description", "data")
    fields = list(item.values()) if isinstance(item, dict) else list(item)
    insight = dict(zip(names, fields[:7], strict=True))
    return {
        **insight,
        "data": json.loads(insight["data"]),
        "recommendations": fields[7],
        "pipeline_id": fields[8] or None,
        "scope": fields[9],
        "evidence_run_ids": fields[10],
        "period": {"start": fields[11], "end": fields[12]},
    }


_RECOMMENDATIONS = Parameter(
    "include_recommendations", "Whether to say what to do.", default="true", allowed=_BOOLEANS
)
_FORECASTS = Parameter(
    "include_forecasts", "Whether to say what it will cost.", default="true", allowed=_BOOLEANS
)
_FLAGS = (
    ", {include_recommendations:String} as include_recommendations, "
    "{include_forecasts:String} as include_forecasts"
)


def _of(prefix: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint(
            path=f"{prefix}/insights/summary",
            summary="The most important insights at a glance (document D).",
            parameters=(_ORGANIZATION, _days("7")),
            sql=_DOCUMENT.format(answer="summary_json", more=""),
            shape=_summary,
        ),
        Endpoint(
            path=f"{prefix}/insights/report",
            summary="Trends, costs, performance, failures, forecast and savings (document D).",
            parameters=(_ORGANIZATION, _days("30"), _RECOMMENDATIONS, _FORECASTS),
            sql=_DOCUMENT.format(answer="report_json", more=_FLAGS),
            shape=_report,
        ),
        Endpoint(
            path=f"{prefix}/insights",
            summary="Insights, filtered (document D).",
            parameters=(
                _ORGANIZATION,
                _days("7"),
                Parameter("category", "Only of this category.", allowed=CATEGORIES),
                Parameter("severity", "Only of this severity.", allowed=SEVERITIES),
                Parameter("pipeline_id", "Only about this workflow."),
                _RECOMMENDATIONS,
            ),
            sql=_LIST,
            shape=_list,
            answer_type="array",
        ),
    )


# Document D's own paths, and the same below the other endpoints.
INSIGHT_ENDPOINTS = (*_of("/api/v1/analytics"), *_of("/api/analytics"))
