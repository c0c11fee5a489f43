{{ config(materialized='view') }}

with

alerts as (

    select
        run_id,
        -- In the order in which document B raises them.
        arraySort(
            alert -> (indexOf(['cost_spike', 'regression', 'prediction_miss'], toString(alert.1)), alert),
            groupArray((alert_type, severity, message))
        ) as raised_alerts

    from {{ ref('mart_alerts') }}
    group by run_id

),

runs as (

    select
        runs.*,
        alerts.raised_alerts as raised_alerts,
        is_documents_cost_outlier or is_documents_duration_outlier or is_documents_tokens_outlier as is_outlier,
        -- As floats: JSON readers have no decimals.
        toFloat64(runs.total_cost_usd) as total_cost,
        arrayMap(alert -> (alert.1, alert.2, alert.3, source_run_id), raised_alerts) as session_alerts

    from {{ ref('run_analytics') }} as runs
    left join alerts
        on runs.run_id = alerts.run_id

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
        (workflow_avg_cost_usd, cluster_avg_cost_usd, genus_avg_cost_usd, species_avg_cost_usd),
        'Tuple(global_avg_cost Nullable(Float64), cluster_avg_cost Nullable(Float64), genus_avg_cost Nullable(Float64), species_avg_cost Nullable(Float64))'
    ) as baselines,
    cast(
        (documents_cost_z_score, documents_duration_z_score, is_documents_cost_outlier, is_documents_duration_outlier, is_outlier),
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
        (vs_recent_avg_cost_pct, is_documents_regression, documents_regression_severity),
        'Tuple(cost_change_pct Float64, is_regression Bool, severity String)'
    ) as regression,
    documents_cost_badge as cost_badge,
    documents_cost_explanation as cost_explanation,

    -- Document A §4, key for key. Counts of 64 bits would be quoted by some clients.
    toJSONString(cast(
        (
            source_run_id,
            workflow_id,
            genus_hash,
            (input_category, input_complexity_score, input_chars, input_estimated_tokens),
            (total_cost, total_duration_ms, call_count, step_count),
            (workflow_avg_cost_usd, cluster_avg_cost_usd, genus_avg_cost_usd),
            (documents_cost_z_score, documents_duration_z_score, is_documents_cost_outlier, is_documents_duration_outlier),
            (cost_per_call_usd, cost_per_token_usd, tokens_per_call),
            (hour_of_day, day_of_week, is_weekend)
        ),
        'Tuple(
            session_id String, cascade_id String, genus_hash String,
            input Tuple(category String, complexity_score Float64, char_count UInt32, estimated_tokens UInt32),
            metrics Tuple(total_cost Float64, total_duration_ms Float64, message_count UInt32, cell_count UInt32),
            baselines Tuple(global_avg_cost Nullable(Float64), cluster_avg_cost Nullable(Float64), genus_avg_cost Nullable(Float64)),
            anomaly_scores Tuple(cost_z_score Float64, duration_z_score Float64, is_cost_outlier Bool, is_duration_outlier Bool),
            efficiency Tuple(cost_per_message Nullable(Float64), cost_per_token Nullable(Float64), tokens_per_message Nullable(Float64)),
            temporal Tuple(hour_of_day UInt8, day_of_week UInt8, is_weekend Bool)
        )'
    )) as session_json,

    -- Document B's session answer, key for key (R043).
    toJSONString(cast(
        (
            source_run_id,
            workflow_id,
            input_category,
            total_cost,
            (workflow_avg_cost_usd, cluster_avg_cost_usd, species_avg_cost_usd),
            (documents_cost_z_score, documents_duration_z_score, is_outlier),
            (cost_per_call_usd, cost_per_token_usd),
            (vs_recent_avg_cost_pct, is_documents_regression, documents_regression_severity),
            session_alerts
        ),
        'Tuple(
            session_id String, cascade_id String, input_category String, total_cost Float64,
            baselines Tuple(global_avg Nullable(Float64), cluster_avg Nullable(Float64), species_avg Nullable(Float64)),
            anomaly_scores Tuple(cost_z_score Float64, duration_z_score Float64, is_outlier Bool),
            efficiency Tuple(cost_per_message Nullable(Float64), cost_per_token Nullable(Float64)),
            regression Tuple(cost_change_pct Float64, is_regression Bool, severity String),
            alerts Array(Tuple(type String, severity String, message String, session_id String))
        )'
    )) as insights_json
from runs
