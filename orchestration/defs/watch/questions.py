"""The questions of the checks, as SQL on the marts: a row per subject, with its status.

``status`` is good, warn or fail. Thresholds are parameters: the entries of the var `watch`.
"""

from dataclasses import dataclass

import dagster as dg

from orchestration.reporting.drift import drift_sql

__all__ = ["QUESTIONS", "Question"]


@dataclass(frozen=True)
class Question:
    """A check and how it is answered.

    Attributes
    ----------
    name : str
        Of the check.
    asset : dagster.AssetKey
        What it is about.
    description : str
        What must hold.
    sql : str
        Returns a row per subject.
    reads : tuple of str
        Tables that it reads, as ``layer.name``; where one does not exist yet, nothing is asked.
    """

    name: str
    asset: dg.AssetKey
    description: str
    sql: str
    reads: tuple[str, ...]


def _status(value: str, threshold: str) -> str:
    return (
        f"multiIf({value} >= {{{threshold}_fail:Float64}}, 'fail', "
        f"{value} >= {{{threshold}_warn:Float64}}, 'warn', 'good') as status"
    )


def _question(name: str, table: str, description: str, sql: str) -> Question:
    return Question(name, dg.AssetKey(table.split(".")), description, sql, (table,))


QUESTIONS = (
    _question(
        "sources_are_fresh",
        "marts.mart_source_loads",
        "Each source has brought something new within the hours of `watch.source_hours`.",
        f"""
        select
            source as subject,
            {_status("hours", "source_hours")},
            dateDiff('hour', max(last_loaded_at), now('UTC')) as hours,
            toString(toStartOfSecond(max(last_loaded_at))) as newest_load,
            sum(loaded_rows) as row_count
        from {{marts:Identifier}}.mart_source_loads
        group by source
        """,
    ),
    Question(
        name="volume_is_as_expected",
        asset=dg.AssetKey(["marts", "mart_metric_anomalies"]),
        description=(
            "On none of the last days of the data (`watch.volume_days`) did a scope have far fewer "
            "calls or runs than the days before let expect (`mart_metric_anomalies`)."
        ),
        sql="""
        select
            concat(scope_kind, ' ', scope_key) as subject,
            if(severity = 'critical' and scope_kind = 'total', 'fail', 'warn') as status,
            metric,
            round(value, 1) as seen,
            round(expected, 1) as usual,
            toString(first_date) as first_day,
            toString(last_date) as last_day
        from {marts:Identifier}.mart_metric_anomalies
        where
            metric in ('run_count', 'call_count') and direction = 'down'
            and last_date > (
                select max(date) from {marts:Identifier}.daily_costs
            ) - {volume_days:UInt32}
        """,
        reads=("marts.mart_metric_anomalies", "marts.daily_costs"),
    ),
    _question(
        "calls_have_prices",
        "marts.fct_calls",
        "The share of billable calls without a known cost, by model, is below "
        "`watch.unpriced_share`.",
        f"""
        select
            coalesce(nullIf(model, ''), '(no model)') as subject,
            {_status("share", "unpriced_share")},
            round(unpriced / sum(sum(logged_call_count)) over (), 5) as share,
            sumIf(logged_call_count, cost_source = 'missing') as unpriced,
            sum(logged_call_count) as calls
        from {{marts:Identifier}}.fct_calls
        where is_billable
        group by model
        """,
    ),
    _question(
        "lines_are_readable",
        "marts.mart_source_loads",
        "The share of lines of each source that were rejected is below `watch.rejected_share`.",
        f"""
        select
            source as subject,
            {_status("share", "rejected_share")},
            round(sum(rejected_lines) / (sum(loaded_rows) + sum(rejected_lines)), 5) as share,
            sum(rejected_lines) as rejected,
            sum(loaded_rows) as loaded
        from {{marts:Identifier}}.mart_source_loads
        group by source
        having loaded + rejected > 0
        """,
    ),
    _question(
        "values_are_believable",
        "marts.mart_data_issues",
        "The share of rows of each raw table that count nowhere, because a value could not be "
        "believed, is below `watch.rejected_share`.",
        f"""
        select
            issues.source as subject,
            {_status("share", "rejected_share")},
            round(issues.quarantined / greatest(loads.loaded, 1), 5) as share,
            issues.quarantined as quarantined,
            issues.issues as issues,
            loads.loaded as loaded
        from (
            select source, countIf(is_quarantined and line_number is not null) as quarantined,
                count() as issues
            from {{marts:Identifier}}.mart_data_issues
            group by source
        ) as issues
        left join (
            select source, sum(loaded_rows) as loaded
            from {{marts:Identifier}}.mart_source_loads
            group by source
        ) as loads on issues.source = loads.source
        """,
    ),
    _question(
        "gateways_agree",
        "marts.mart_gateway_reconciliation",
        "What gateways and providers say that calls cost differs from the loaded calls by less "
        "than `watch.gateway_difference_share`, in either direction, day by day.",
        f"""
        select
            gateway as subject,
            {_status("share", "gateway_difference_share")},
            round(difference / greatest(toFloat64(gateway_usd), 1e-9), 5) as share,
            sum(abs(toFloat64(cost_difference_usd))) as difference,
            sum(gateway_cost_usd) as gateway_usd,
            sum(logged_cost_usd) as logged_usd,
            count() as compared
        from {{marts:Identifier}}.mart_gateway_reconciliation
        where gateway_cost_usd is not null
        group by gateway
        """,
    ),
    _question(
        "forecasts_are_published",
        "marts.mart_forecast_accuracy",
        "The method of each metric was not worse than naive in back-tests, so its newest forecast "
        "is published; if it was, people still see the one before.",
        """
        select
            metric as subject,
            if(max(published_cutoff_date = cutoff_date), 'good', 'fail') as status,
            any(choice_reason) as reason,
            toString(max(published_cutoff_date)) as published_to
        from {marts:Identifier}.mart_forecast_accuracy
        where is_chosen_method
        group by metric
        """,
    ),
    _question(
        "prediction_inputs_do_not_drift",
        "predictions.prediction_features",
        "What predictions are made from is distributed as before: the population stability index "
        "(PSI) of the input size and of the models, of all workflows and of each with enough runs, "
        "is below `watch.drift_psi`.",
        drift_sql(_status("psi", "drift_psi")),
    ),
    _question(
        "budgets_hold",
        "marts.mart_budgets",
        "No current budget is spent or about to be: yellow warns, red fails.",
        """
        select
            concat(scope_kind, ' ', scope_key, ' ', period_kind) as subject,
            transform(
                colour, ['green', 'yellow', 'red'], ['good', 'warn', 'fail'], 'good'
            ) as status,
            progress_pct,
            round(toFloat64(spent_usd), 2) as spent,
            round(toFloat64(amount_usd), 2) as amount,
            toString(breach_date) as spent_on,
            explanation
        from {marts:Identifier}.mart_budgets
        where is_current and amount_usd is not null
        """,
    ),
)
