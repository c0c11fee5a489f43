"""The facts of the summary equal those of the marts."""

from orchestration.reporting.summary import summarize, summary_as_json, summary_from_json


def test_without_a_forecast_a_month_costs_as_much_as_the_last_30_days(demo_warehouse):
    """R035: counted here from the calls; the last day counts if calls reach into its last hour."""
    [end] = demo_warehouse.rows(
        "select max(called_date) + (toHour(max(called_at)) = 23) as day from marts.fct_calls"
    )
    [month] = demo_warehouse.rows(
        f"select toDate('{end['day']}') as until, until - 30 as month_ago, "
        "30 / (until - greatest(month_ago, min(called_date))) as scale, "
        "scale * toFloat64(sumIf(cost_usd, called_date < until and called_date >= month_ago)) "
        "as usd from marts.fct_calls"
    )
    with demo_warehouse.queried() as client:
        facts = dict(summarize(client).facts)
    assert (
        facts["next 30 days"] == f"{month['usd']:.4f} USD if costs stay at the mean of the last 30"
    )


def test_the_summary_of_the_process_that_builds_is_the_same(demo_warehouse):
    with demo_warehouse.queried() as client:
        summary = summarize(client)
        assert summary_from_json(summary_as_json(client)) == summary
    assert summary.tables
