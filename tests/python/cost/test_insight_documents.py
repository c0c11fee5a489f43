"""Document D's answers where there is nothing to say."""

import json

SUMMARY = {
    "generated_at": "1970-01-01T00:00:00.000Z",
    "total_insights": 0,
    "critical_count": 0,
    "warning_count": 0,
    "info_count": 0,
    "top_cost_insight": None,
    "top_performance_insight": None,
    "top_reliability_insight": None,
    "estimated_savings": 0,
    "performance_change_percent": None,
    "reliability_change_percent": None,
}
REPORT = {
    "insights": [],
    "cost_trend": None,
    "usage_trend": None,
    "performance_trend": None,
    "reliability_trend": None,
    "cost_breakdown": {"total": 0, "by_provider": [], "by_model": [], "by_pipeline": []},
    "performance_metrics": None,
    "failure_analysis": None,
    "cost_forecast": None,
    "optimization_opportunities": [],
    "model_efficiency": [],
    "usage": None,
    "notes": ["no comparable earlier period"],
}


def test_an_empty_warehouse_has_zeros_and_empty_lists_r069_r079(empty):
    """R069, R079: the summary with zeros and nulls, the report with empty lists, in order."""
    rows = empty.rows(
        "select organization_id, days, summary_json, report_json "
        "from marts.v_insight_documents order by days"
    )
    assert [(row["organization_id"], row["days"]) for row in rows] == [("", 7), ("", 30)]
    for row in rows:
        summary, report = json.loads(row["summary_json"]), json.loads(row["report_json"])
        assert list(summary.items()) == list(SUMMARY.items())
        generated = {"generated_at": SUMMARY["generated_at"], "days": row["days"]}
        assert list(report.items()) == list((generated | REPORT).items())
    assert empty.rows("select * from marts.v_attention") == []
