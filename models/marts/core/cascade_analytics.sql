{{ config(
    order_by='(cascade_id, created_at, session_id)',
    partition_by='toYYYYMM(created_at)',
    indexes=[
        {'name': 'idx_genus', 'definition': 'genus_hash TYPE bloom_filter GRANULARITY 1'},
        {'name': 'idx_species', 'definition': 'species_hash_primary TYPE bloom_filter GRANULARITY 1'},
        {'name': 'idx_input_category', 'definition': 'input_category TYPE set(0) GRANULARITY 1'},
        {'name': 'idx_outlier', 'definition': 'is_cost_outlier TYPE set(0) GRANULARITY 1'},
        {'name': 'idx_regression', 'definition': 'is_regression TYPE set(0) GRANULARITY 1'},
    ],
) }}

with

runs as (

    select * from {{ ref('run_analytics') }}
    where source = 'cascade'

)

-- Names and order are the documents': B's table, with A's further columns next to related ones.
select
    ----------  identity
    source_run_id as session_id,
    workflow_id as cascade_id,
    genus_hash,
    created_at,

    ----------  context
    species_hash as species_hash_primary,
    input_complexity_score,
    input_category,
    input_fingerprint,

    ----------  metrics
    total_cost_usd as total_cost,
    total_duration_ms,
    total_input_tokens as total_tokens_in,
    total_output_tokens as total_tokens_out,
    call_count as message_count,
    step_count as cell_count,
    error_count,
    candidate_count,
    reforge_depth,

    ----------  baselines
    workflow_avg_cost_usd as global_avg_cost,
    workflow_avg_duration_ms as global_avg_duration,
    workflow_avg_tokens as global_avg_tokens,
    cluster_avg_cost_usd as cluster_avg_cost,
    cluster_avg_duration_ms as cluster_avg_duration,
    cluster_avg_tokens,
    cluster_stddev_cost_usd as cluster_stddev_cost,
    cluster_stddev_duration_ms as cluster_stddev_duration,
    cluster_stddev_tokens,
    species_avg_cost_usd as species_avg_cost,
    species_avg_duration_ms as species_avg_duration,
    species_run_count,
    genus_avg_cost_usd as genus_avg_cost,
    genus_run_count,

    ----------  anomaly scores
    documents_cost_z_score as cost_z_score,
    documents_duration_z_score as duration_z_score,
    documents_tokens_z_score as tokens_z_score,

    ----------  anomaly flags
    is_documents_cost_outlier as is_cost_outlier,
    is_documents_duration_outlier as is_duration_outlier,
    is_documents_tokens_outlier as is_tokens_outlier,
    is_documents_error_outlier as is_error_outlier,

    ----------  efficiency
    cost_per_call_usd as cost_per_message,
    cost_per_token_usd as cost_per_token,
    cost_per_output_token_usd as cost_per_output_token,
    duration_per_call_ms as duration_per_message,
    tokens_per_call as tokens_per_message,

    ----------  models
    models_used,
    primary_model,
    model_switches,

    ----------  time
    hour_of_day,
    day_of_week,
    is_weekend,

    ----------  regression
    vs_recent_avg_cost_pct as vs_recent_avg_cost,
    vs_recent_avg_duration_pct as vs_recent_avg_duration,
    is_documents_regression as is_regression,
    documents_regression_severity as regression_severity,

    ----------  quality
    evaluator_score,
    winner_candidate_index,
    winner_cost_usd as winner_cost,
    loser_avg_cost_usd as loser_avg_cost,

    ----------  prediction
    predicted_cost_usd as predicted_cost,
    prediction_error_ratio as prediction_error,

    ----------  hierarchy
    if(parent_run_id is null, null, substring(parent_run_id, length('cascade:') + 1)) as parent_session_id,
    depth,
    child_run_count as child_session_count,
    child_total_cost_usd as child_total_cost,

    ----------  caller
    caller_id,
    origin,

    ----------  analysis
    analyzed_at,
    analysis_version
from runs
