{{ config(materialized='view') }}

with

runs as (

    select * from {{ ref('run_analytics') }}

)

-- The answer of document A's session endpoint (§4), group by group; a session without a row is
-- the endpoint's 404.
select
    source,
    source_run_id as session_id,
    workflow_id as cascade_id,
    genus_hash,
    cast(
        (input_category, input_complexity_score, input_chars, input_estimated_tokens),
        'Tuple(category String, complexity_score Float64, char_count UInt64, estimated_tokens UInt64)'
    ) as input,
    cast(
        (total_cost_usd, total_duration_ms, call_count, step_count),
        'Tuple(total_cost Decimal(38, 12), total_duration_ms Float64, message_count UInt32, cell_count UInt32)'
    ) as metrics,
    cast(
        (global_avg_cost_usd, cluster_avg_cost_usd, genus_avg_cost_usd, species_avg_cost_usd),
        'Tuple(global_avg_cost Nullable(Float64), cluster_avg_cost Nullable(Float64), genus_avg_cost Nullable(Float64), species_avg_cost Nullable(Float64))'
    ) as baselines,
    cast(
        (
            cost_z_score,
            duration_z_score,
            is_cost_outlier,
            is_duration_outlier,
            is_cost_outlier or is_duration_outlier or is_tokens_outlier
        ),
        'Tuple(cost_z_score Float64, duration_z_score Float64, is_cost_outlier Bool, is_duration_outlier Bool, is_outlier Bool)'
    ) as anomaly_scores,
    cast(
        (cost_per_call_usd, cost_per_token_usd, tokens_per_call),
        'Tuple(cost_per_message Nullable(Float64), cost_per_token Nullable(Float64), tokens_per_message Nullable(Float64))'
    ) as efficiency,
    cast(
        (hour_of_day, day_of_week, is_weekend),
        'Tuple(hour_of_day UInt8, day_of_week UInt8, is_weekend Bool)'
    ) as temporal,
    cast(
        (vs_recent_avg_cost_pct, is_regression, regression_severity),
        'Tuple(cost_change_pct Float64, is_regression Bool, severity String)'
    ) as regression,
    cost_badge,
    cost_explanation
from runs
