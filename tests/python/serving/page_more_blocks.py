"""Rows of the marts behind the blocks of runs that are open, models, users and what happened."""

__all__ = ["INSERTS"]

INSERTS = (
    (
        "mart_metric_anomalies",
        "scope_kind, scope_id, metric, direction, severity, explanation, first_date, last_date",
        "select 'total', 'total', 'cost_usd', if(number = 0, 'up', 'down'), 'warning', {workflow}, "
        "toDate('2026-05-10') + 7 * number, toDate('2026-05-11') + 7 * number from numbers(2)",
    ),
    (
        "mart_running_runs",
        "run_id, workflow_id, source, project, team_id, primary_model, cost_so_far_usd, "
        "call_count_so_far, expected_cost_usd, predicted_cost_high_80_usd, expected_duration_ms, "
        "is_cost_above_prediction, started_at",
        "select concat('open/', toString(number)), {workflow}, 'generic', 'shop', 'team_a', "
        "'model-1', number / 4, number, if(number = 3, null, 2.5), if(number = 3, null, 4), "
        "90000, number = 2, toDateTime64('2026-05-28 12:00:00', 3, 'UTC') from numbers(12)",
    ),
    (
        "mart_model_advice",
        "workflow_id, step_name, current_model, advised_model, advice_kind, contest_count, "
        "win_ratio_lower, win_ratio_upper, cost_change_pct, adjusted_p_value, advice",
        "select {workflow}, 'answer', 'model-0', {workflow}, 'better', 50, 0.55, 0.8, "
        "[-57.5, null, 41.3][number + 1], 0.01 * number, 'Take it' from numbers(3)",
    ),
    (
        "mart_model_pareto",
        "workflow_id, species_hash, step_name, model, candidate_count, avg_cost_usd, avg_quality, "
        "dominated_by, is_pareto, win_ratio",
        "select {workflow}, 's1', 'answer', {workflow}, 100 - number, "
        "[0.5, 1, 2, null, 2][number % 5 + 1], [0.4, 0.8, 0.6, 0.9, null][number % 5 + 1], "
        "if(number = 2, ['model-1'], []), number != 2, 0.5 from numbers(5)",
    ),
    (
        "mart_prompt_patterns",
        "species_hash, ngram, workflow_ids, winner_prompt_count, loser_prompt_count, lift, "
        "lift_lower, lift_upper, is_significant",
        "select 's1', concat({workflow}, [' step', ' step by', ' other'][number % 3 + 1]), "
        "[{workflow}], if(number = 2, 7, 30), 5, if(number = 2, -0.25, 0.5), "
        "if(number = 2, -0.4, 0.3), if(number = 2, -0.1, 0.7), number < 3 from numbers(4)",
    ),
    (
        "mart_cohorts",
        "cohort_name, cohort_kind, cohort_week, week_number, user_count, active_user_count, "
        "retention_share, is_complete",
        "select toString(toDate('2026-05-04') + 7 * cohort), 'first_week', "
        "toDate('2026-05-04') + 7 * cohort, week, 10, 10 - 4 * week, (10 - 4 * week) / 10, "
        "cohort + week < 3 from (select intDiv(number, 3) as cohort, number % 3 as week "
        "from numbers(9)) where cohort + week < 4",
    ),
    (
        "mart_cohorts",
        "cohort_name, cohort_kind, week_number, user_count, conversation_count, cost_usd",
        "select {workflow}, 'registered', number, 5, 10, 1.5 from numbers(2)",
    ),
    (
        "fct_message_sentiments",
        "message_id, source, workflow_id, sentiment_label, sentiment_score, sent_date",
        "select toString(number), 'generic', {workflow}, "
        "['negative', 'positive', ''][number % 3 + 1], [-0.5, 0.75, null][number % 3 + 1], "
        "toDate('2026-05-01') + number % 20 from numbers(60)",
    ),
    (
        "v_activity_feed",
        "event_id, kind, happened_at, subject, text, severity, link",
        "select toString(number), if(number = 4, 'load', 'alert'), "
        "toDateTime64('2026-05-20 12:00:00', 3, 'UTC') + number, {workflow}, {workflow}, "
        "if(number = 4, 'info', 'warning'), if(number = 3, '/runs/run%2F1%20%3F%26%23', '') "
        "from numbers(5)",
    ),
)
