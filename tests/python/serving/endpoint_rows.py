"""A program that puts rows behind the endpoints and publishes them, for a session's id."""

__all__ = ["SESSION"]

SESSION = """
import sys
from orchestration.warehouse.client import connect
from orchestration.warehouse.snapshots import publish
with connect() as client:
    client.command("truncate table marts.v_session_analytics")
    for source, cost in (("cascade", 1), ("otel", 2)):
        client.command(
            "insert into marts.v_session_analytics "
            "(source, session_id, session_json, insights_json) "
            "values ({source:String}, {id:String}, {a:String}, {b:String})",
            parameters={
                "source": source,
                "id": sys.argv[1],
                "a": '{"session_id": "s", "cost": %d, "baselines": {"genus": null}}' % cost,
                "b": '{"session_id": "s", "alerts": [], "baselines": {"global": 0.5}}',
            },
        )
    client.command("truncate table marts.v_analytics")
    client.command(
        "insert into marts.v_analytics (summary_json, projects_json, models_json, "
        "timeseries_json, qa_json, export_json) values ({a:String}, {b:String}, '[]', {c:String}, "
        "{d:String}, {e:String})",
        parameters={
            "a": '{"total_runs": 3}',
            "b": '[{"project_name": "a"}]',
            "c": '{"daily": []}',
            "d": '{"pass_rate": 0.5}',
            "e": sys.argv[2],
        },
    )
    client.command("truncate table marts.v_insight_documents")
    for organization in ("", "acme"):
        for days in (7, 30):
            client.command(
                "insert into marts.v_insight_documents (organization_id, days, summary_json, "
                "report_json) values ({o:String}, {d:UInt16}, {s:String}, {r:String})",
                parameters={
                    "o": organization,
                    "d": days,
                    "s": '{"total_insights": %d}' % days,
                    "r": '{"days": %d, "insights": [{"title": "t", "recommendations": ["r"]}], '
                    '"cost_forecast": {}, "optimization_opportunities": [{"recommendation": "r"}]}'
                    % days,
                },
            )
    client.command("truncate table marts.mart_insights")
    for category, severity, workflow in (
        ("cost", "warning", "w"), ("cost", "info", "w"), ("reliability", "critical", "v")
    ):
        client.command(
            "insert into marts.mart_insights (finding_id, category, severity, workflow_id, title, "
            "data, recommendations, days, is_shown, period_start_date, period_last_date) values "
            "({c:String}, {c:String}, {s:String}, {w:String}, {c:String}, {d:String}, ['do'], 7, "
            "true, '2026-03-02', '2026-03-08')",
            parameters={"c": category, "s": severity, "w": workflow, "d": '{"value": 1}'},
        )
    client.command("truncate table marts.run_analytics")
    for workflow in ("v", "w"):
        client.command(
            "insert into marts.run_analytics (run_id, workflow_id) values ({w:String}, {w:String})",
            parameters={"w": workflow},
        )
publish()
"""
