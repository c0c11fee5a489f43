"""Rows of the marts behind the blocks of the page; names are the caller's, and not harmless."""

from serving.page_more_blocks import INSERTS

__all__ = ["fill_blocks"]

_WORKFLOW = "arrayElement({names:Array(String)}, number % 6 + 1)"


def fill_blocks(client, names: list[str]) -> None:
    """Insert rows into the marts that the blocks read."""
    for mart, columns, rows in (*_INSERTS, *INSERTS):
        sql = f"insert into marts.{mart} ({columns}) {rows.format(workflow=_WORKFLOW)}"
        client.command(sql, parameters={"names": names} if "{names:" in sql else None)
    client.command(
        "create table reference.metrics (metric String, label String, better String) "
        "engine = MergeTree order by metric as "
        "select 'success_share', 'Successes', 'higher' union all "
        "select 'cost_per_message_usd', 'Cost per message', 'lower'"
    )


_PERIODS = "['last_7d', 'last_30d', 'last_90d', 'month', 'all']"
_INSERTS = (
    (
        "mart_period_metrics",
        "scope_kind, scope_key, scope_id, period_kind, run_count, finished_run_count, "
        "failed_run_count, run_duration_count, call_count, error_call_count, total_tokens, "
        "input_tokens, output_tokens, cost_usd, failed_run_cost_usd, avg_cost_per_run_usd, "
        "avg_duration_ms, p50_duration_ms, p95_duration_ms, p50_latency_ms, p95_latency_ms, "
        "qa_passed_count, qa_warning_count, qa_failed_count, qa_judged_count, qa_pass_share, "
        "success_count, success_evaluation_count, success_share, rating_count, avg_rating, "
        "rating_5_count, rating_1_count, period_start_date, period_last_date",
        "select kind, key, if(kind = 'total', 'total', concat(kind, ':', key)), period, "
        "1200 + size, 1100 + size, 11 + size, 1000, 5000 + size, 50 + size, 7000000 + size, "
        "6000000 + size, 1000000, 1234 + size, 12 + size, 1.0283, 9300 + 100 * size, "
        "4000 + 100 * size, 30000 + 1000 * size, 800, 2500 + size, 30, 5, 15, 50, 0.6, 73, 100, "
        "0.73, 40, 3.75, 25, 15, toDate('2026-05-28'), toDate('2026-05-28') from (select "
        "['total', 'model', 'model', 'model', 'provider', 'provider', 'workflow', 'workflow', "
        "'project'][number % 9 + 1] as kind, ['', 'model-0', 'model-1', 'model-2', "
        "{{names:Array(String)}}[1], 'acme', {{names:Array(String)}}[1], 'plain', 'shop']"
        "[number % 9 + 1] as key, "
        f"{_PERIODS}[intDiv(number, 9) + 1] as period, number as size from numbers(45))",
    ),
    (
        "mart_trends",
        "scope_kind, scope_id, period_kind, metric, better, current_value, previous_value, "
        "change_pct, p_value, is_beyond_chance, is_good",
        "select 'total', 'total', 'last_30d', ['cost_usd', 'run_count', 'avg_duration_ms', "
        "'total_tokens', 'qa_pass_share'][number + 1], 'lower', 120, 100, "
        "[20, -30, 0.2, 44, null][number + 1], 0.01, number % 2 = 0, "
        "[false, null, null, null, null][number + 1] from numbers(5)",
    ),
    (
        "mart_daily_metrics",
        "scope_kind, scope_id, date, p50_duration_ms, p95_duration_ms, success_share, "
        "success_evaluation_count",
        "select 'total', 'total', toDate('2026-03-01') + number, 3000 + number, "
        "if(number % 7 = 0, null, 90000 + number), if(number % 5 = 0, null, 0.5), "
        "number % 5 from numbers(89)",
    ),
    (
        "mart_budgets",
        "budget_id, scope_kind, scope_key, scope_id, period_kind, amount_usd, spent_usd, "
        "progress_share, progress_pct, elapsed_share, expected_end_usd, expected_end_lo_80_usd, "
        "expected_end_hi_80_usd, colour, risk, explanation, is_current",
        "select toString(number), 'project', {workflow}, toString(number), 'month', "
        "if(number = 3, null, 100), 40 * number, if(number = 3, null, 0.4 * number), "
        "if(number = 3, null, 40 * number), 0.5, if(number = 2, null, 50 * number), 40 * number, "
        "60 * number, ['green', 'yellow', 'red', ''][number + 1], 'possible', {workflow}, "
        "number != 4 from numbers(5)",
    ),
    (
        "mart_cost_changes",
        "scope_kind, scope_id, period_kind, workflow_id, model, explanation, rank, "
        "previous_cost_usd, current_cost_usd, change_usd, runs_effect_usd, price_effect_usd, "
        "new_usd, previous_start_date, previous_last_date",
        "select 'total', 'total', period, {workflow}, concat('model-', toString(number)), "
        "{workflow}, number, 100, 100 + change, change, 0, if(number = 7, 0, change), "
        "if(number = 7, change, 0), toDate('2026-03-30'), toDate('2026-04-28') from (select "
        "number, if(number % 3 = 0, -3, 5) * number as change, arrayJoin(['last_7d', 'last_30d'])"
        " as period from numbers(12))",
    ),
    (
        "mart_failures",
        "period_kind, workflow_id, step_name, error_type, error_class, example_run_ids, "
        "failed_run_count, cost_usd, previous_failed_run_count, is_new, last_at",
        f"select arrayJoin({_PERIODS}), {{workflow}}, '', {{workflow}}, 'timeout', "
        "['run/20 ?&#'], 10 + number, 2 * number, multiIf(number % 2 = 0, null, number < 6, 0, 3), "
        "number in (1, 3, 5), "
        "toDateTime64('2026-05-01 12:00:00', 3, 'UTC') from numbers(8)",
    ),
    (
        "mart_outages",
        "outage_id, workflow_id, failed_at, recovered_at, duration_ms, failed_run_count, is_open",
        "select toString(number), {workflow}, toDateTime64('2026-05-01 12:00:00', 3, 'UTC') + "
        "toIntervalDay(number), if(number = 2, null, toDateTime64('2026-05-20 12:00:00', 3, "
        "'UTC')), if(number = 2, null, 3600000 * (number + 1)), number + 1, number = 2 "
        "from numbers(9)",
    ),
    (
        "mart_provider_reliability",
        "period_kind, workflow_id, provider, is_worse, advice, adjusted_p_value",
        "select 'last_30d', {workflow}, 'acme', number % 2 = 0, {workflow}, number from numbers(6)",
    ),
    (
        "fct_tool_calls",
        "tool_call_id, tool_name, workflow_id, project, is_error, called_date",
        "select concat(toString(number), '-', toString(place)), toString(number), {workflow}, "
        "if(place % 3 = 0, 'third', 'others'), place < number, toDate('2026-05-01') "
        "from (select number, arrayJoin(range(100 + number)) as place from numbers(12))",
    ),
    (
        "fct_failure_tags",
        "evaluation_id, run_id, failure_tag, excerpt, is_failure, model, evaluated_at, "
        "evaluated_date",
        "select toString(number), concat('run/', toString(number), ' ?&#'), {workflow}, "
        "{workflow}, number % 4 != 0, 'model-1', toDateTime64('2026-05-01 12:00:00', 3, 'UTC') + "
        "toIntervalHour(number), toDate('2026-05-01') + intDiv(number, 24) from numbers(50)",
    ),
    (
        "mart_quality_outlook",
        "workflow_id, evaluation_kind, outlook_score, lo_95, hi_95, recent_avg_score, "
        "all_time_avg_score",
        "select {workflow}, 'success', 0.5 + number / 100, 0.4, 0.7, 0.5 - number / 50, 0.55 "
        "from numbers(7)",
    ),
    (
        "mart_opportunities",
        "opportunity_id, opportunity_type, workflow_id, estimate_basis, difficulty, run_count, "
        "potential_savings_usd, net_savings_usd, period_start_date, period_last_date",
        "select toString(number), 'prompt_caching', {workflow}, "
        "['logged', 'measured', 'price_book'][number % 3 + 1], 'easy', 10 + number, 3 * number, "
        "2 * number, toDate('2026-04-29'), toDate('2026-05-28') from numbers(13)",
    ),
    (
        "mart_insights",
        "finding_id, title, recommendations, is_opportunity, is_shown",
        "select toString(intDiv(number, 2)), {workflow}, [{workflow}], true, number % 2 = 0 "
        "from numbers(26)",
    ),
    (
        "mart_comparisons",
        "comparison_kind, subject, variant, metric, control_variant, unit_kind, verdict, sentence, "
        "variant_units, control_units, difference, difference_low, difference_high, ratio, "
        "ratio_low, ratio_high, min_effect, first_date, last_date",
        "select 'experiment', {{names:Array(String)}}[intDiv(number, 2) + 1], 'b', "
        "['success_share', 'cost_per_message_usd'][number % 2 + 1], 'a', 'user', "
        "['better', 'worse', 'too_few'][number % 3 + 1], {{names:Array(String)}}[number % 3 + 1], "
        "40, 41, 0.1, if(number % 3 = 2, null, 0.05), if(number % 3 = 2, null, 0.15), "
        "if(number % 2 = 0, null, 1.2), if(number % 2 = 0 or number % 3 = 2, null, 1.1), "
        "if(number % 2 = 0 or number % 3 = 2, null, 1.3), 0.05, toDate('2026-05-01'), "
        "toDate('2026-05-28') from numbers(6)",
    ),
    (
        "fct_spans",
        "span_id, parent_span_id, run_id, trace_id, span_name, operation_type, depth, "
        "duration_ms, started_at, is_on_critical_path, is_error",
        "select toString(number), if(number = 0, '', toString(intDiv(number - 1, 2))), "
        "'run/20 ?&#', 't', {workflow}, 'tool', toUInt8(log2(number + 1)), "
        "if(number = 5, null, 1000 * (7 - number)), "
        "toDateTime64('2026-03-21 12:00:00', 3, 'UTC') + toIntervalSecond(number), "
        "number in (0, 1, 3), number = 3 from numbers(7)",
    ),
    (
        "fct_jobs",
        "job_id, workflow_id, status, queued_date",
        "select toString(number), {workflow}, ['completed', 'failed', 'running'][number % 3 + 1], "
        "toDate('2026-05-28') - number from numbers(40)",
    ),
    (
        "mart_gateway_reconciliation",
        "gateway, gateway_cost_usd, cost_difference_usd",
        "select 'litellm', 10, if(number % 3 = 0, -2, 0) from numbers(9)",
    ),
    (
        "mart_forecast_accuracy",
        "unique_id, metric, horizon_days, is_published_method, coverage_80, forecast_count",
        "select 'total', 'cost_usd', 7 * (1 + number), number < 2, 0.75 + number / 50, 100 "
        "from numbers(3)",
    ),
    (
        "mart_data_issues",
        "rule, logged_value",
        "select 'negative', {workflow} from numbers(12)",
    ),
)
