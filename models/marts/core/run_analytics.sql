{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ forget_outdated(['history_version'], 'int_completed_runs', also=has_other_check('int_scope_runs')) }}",
    order_by='(workflow_id, created_at, run_id)',
    partition_by='toYYYYMM(created_at)',
    indexes=[
        {'name': 'idx_genus', 'definition': 'genus_hash TYPE bloom_filter GRANULARITY 1'},
        {'name': 'idx_species', 'definition': 'species_hash TYPE bloom_filter GRANULARITY 1'},
        {'name': 'idx_input_category', 'definition': 'input_category TYPE set(0) GRANULARITY 1'},
        {'name': 'idx_cost_outlier', 'definition': 'is_documents_cost_outlier TYPE set(0) GRANULARITY 1'},
        {'name': 'idx_project', 'definition': 'project TYPE set(100) GRANULARITY 1'},
        {'name': 'idx_regression', 'definition': 'is_documents_regression TYPE set(0) GRANULARITY 1'},
    ],
) }}

{%- set of_new_runs = 'run_id in (select new_runs.run_id from new_runs)' if is_incremental() else '1 = 1' %}

with

-- By the version of their histories, which all that is judged of a run depends on.
new_runs as {{ 'materialized ' if is_incremental() }}(

    select run_id from {{ ref('int_completed_runs') }}
    where {{ is_outdated(['history_version']) }}

),

runs as (

    select * from {{ ref('int_completed_runs') }}
    where {{ of_new_runs }}

),

baselines as (

    select * from {{ ref('baseline_runs') }}
    where {{ of_new_runs }}

),

scores as (

    select * from {{ ref('score_runs') }}
    where {{ of_new_runs }}

),

calibrated_scores as (

    select * from {{ ref('score_calibrated_runs') }}
    where {{ of_new_runs }}

),

regressions as (

    select * from {{ ref('regression_runs') }}
    where {{ of_new_runs }}

),

predictions as (

    select * from {{ ref('prediction_runs') }}
    where {{ of_new_runs }}

),

checked_runs as (

    select
        run_id,
        qa_status
    from {{ ref('int_scope_runs') }}
    where {{ of_new_runs }}

)

select
    ----------  identity
    runs.run_id as run_id,
    toLowCardinality(runs.source) as source,
    runs.source_run_id as source_run_id,
    runs.workflow_id as workflow_id,
    runs.genus_hash as genus_hash,
    runs.species_hash as species_hash,
    runs.project as project,
    toLowCardinality(runs.status) as status,
    runs.started_at as started_at,
    runs.started_at as created_at,
    runs.ended_at as ended_at,

    ----------  input
    runs.input_chars as input_chars,
    runs.input_estimated_tokens as input_estimated_tokens,
    runs.input_json_depth as input_json_depth,
    runs.input_array_items as input_array_items,
    runs.input_complexity_score as input_complexity_score,
    toLowCardinality(runs.input_category) as input_category,
    toLowCardinality(runs.input_category_by_chars) as input_category_by_chars,
    toLowCardinality(runs.input_category_by_score) as input_category_by_score,
    runs.input_fingerprint as input_fingerprint,

    ----------  metrics
    runs.total_cost_usd as total_cost_usd,
    runs.total_duration_ms as total_duration_ms,
    runs.total_input_tokens as total_input_tokens,
    runs.total_output_tokens as total_output_tokens,
    runs.total_tokens as total_tokens,
    runs.call_count as call_count,
    runs.unpriced_call_count as unpriced_call_count,
    runs.step_count as step_count,
    runs.error_count as error_count,
    runs.candidate_count as candidate_count,
    runs.reforge_depth as reforge_depth,

    ----------  baselines
    baselines.workflow_run_count as workflow_run_count,
    baselines.workflow_avg_cost as workflow_avg_cost_usd,
    baselines.workflow_avg_duration as workflow_avg_duration_ms,
    baselines.workflow_avg_tokens as workflow_avg_tokens,
    baselines.cluster_run_count as cluster_run_count,
    baselines.cluster_avg_cost as cluster_avg_cost_usd,
    baselines.cluster_stddev_cost as cluster_stddev_cost_usd,
    baselines.cluster_avg_duration as cluster_avg_duration_ms,
    baselines.cluster_stddev_duration as cluster_stddev_duration_ms,
    baselines.cluster_avg_tokens as cluster_avg_tokens,
    baselines.cluster_stddev_tokens as cluster_stddev_tokens,
    baselines.cluster_start_at as cluster_start_at,
    baselines.cluster_end_at as cluster_end_at,
    baselines.genus_run_count as genus_run_count,
    baselines.genus_avg_cost as genus_avg_cost_usd,
    baselines.species_run_count as species_run_count,
    baselines.species_avg_cost as species_avg_cost_usd,
    baselines.species_avg_duration as species_avg_duration_ms,

    ----------  scores
    scores.documents_cost_z_score as documents_cost_z_score,
    scores.documents_duration_z_score as documents_duration_z_score,
    scores.documents_tokens_z_score as documents_tokens_z_score,
    toLowCardinality(scores.documents_cost_z_band) as documents_cost_z_band,
    toLowCardinality(scores.documents_duration_z_band) as documents_duration_z_band,
    toLowCardinality(scores.documents_tokens_z_band) as documents_tokens_z_band,
    toLowCardinality(scores.documents_cost_badge) as documents_cost_badge,
    toLowCardinality(scores.documents_duration_badge) as documents_duration_badge,
    scores.is_documents_cost_outlier as is_documents_cost_outlier,
    scores.is_documents_duration_outlier as is_documents_duration_outlier,
    scores.is_documents_tokens_outlier as is_documents_tokens_outlier,
    scores.is_documents_error_outlier as is_documents_error_outlier,
    scores.historical_error_ratio as historical_error_ratio,
    scores.documents_cost_explanation as documents_cost_explanation,

    ----------  calibrated scores (K13)
    calibrated_scores.calibrated_cost_z_score as calibrated_cost_z_score,
    calibrated_scores.calibrated_duration_z_score as calibrated_duration_z_score,
    calibrated_scores.calibrated_tokens_z_score as calibrated_tokens_z_score,
    calibrated_scores.calibrated_anomaly_score as calibrated_anomaly_score,
    if(
        runs.unpriced_call_count > 0,
        null,
        toFloat64(runs.total_cost_usd) * calibrated_scores.anomaly_loss_share
    ) as anomaly_loss_usd,
    toLowCardinality(calibrated_scores.baseline_cohort) as baseline_cohort,
    calibrated_scores.baseline_run_count as baseline_run_count,
    calibrated_scores.is_calibrated_cost_anomaly as is_calibrated_cost_anomaly,
    calibrated_scores.is_calibrated_duration_anomaly as is_calibrated_duration_anomaly,
    calibrated_scores.is_calibrated_tokens_anomaly as is_calibrated_tokens_anomaly,
    calibrated_scores.is_calibrated_error_anomaly as is_calibrated_error_anomaly,
    calibrated_scores.is_calibrated_output_anomaly as is_calibrated_output_anomaly,
    calibrated_scores.is_calibrated_anomaly as is_calibrated_anomaly,
    toLowCardinality(calibrated_scores.calibrated_anomaly_side) as calibrated_anomaly_side,
    calibrated_scores.calibrated_anomaly_reason as calibrated_anomaly_reason,

    ----------  efficiency
    {{ safe_ratio('runs.total_cost_usd', 'runs.call_count') }} as cost_per_call_usd,
    {{ safe_ratio('runs.total_cost_usd', 'runs.total_tokens') }} as cost_per_token_usd,
    {{ safe_ratio('runs.total_cost_usd', 'runs.total_output_tokens') }} as cost_per_output_token_usd,
    {{ safe_ratio('runs.total_duration_ms', 'runs.call_count') }} as duration_per_call_ms,
    {{ safe_ratio('runs.total_tokens', 'runs.call_count') }} as tokens_per_call,

    ----------  models
    runs.models_used as models_used,
    runs.primary_model as primary_model,
    toLowCardinality(runs.primary_provider) as primary_provider,
    runs.providers_used as providers_used,
    runs.model_switches as model_switches,

    ----------  time
    toHour(runs.started_at) as hour_of_day,
    toUInt8(toDayOfWeek(runs.started_at, 1)) as day_of_week,
    toBool(day_of_week >= 5) as is_weekend,

    ----------  regression
    regressions.regression_run_count as regression_run_count,
    regressions.recent_avg_cost as recent_avg_cost_usd,
    regressions.recent_avg_duration as recent_avg_duration_ms,
    regressions.historical_avg_cost as historical_avg_cost_usd,
    regressions.historical_avg_duration as historical_avg_duration_ms,
    regressions.vs_recent_avg_cost as vs_recent_avg_cost_pct,
    regressions.vs_recent_avg_duration as vs_recent_avg_duration_pct,
    regressions.this_run_vs_recent_pct as this_run_vs_recent_pct,
    regressions.is_documents_regression as is_documents_regression,
    toLowCardinality(regressions.documents_regression_severity) as documents_regression_severity,

    ----------  quality
    toLowCardinality(checked_runs.qa_status) as qa_status,
    runs.evaluator_score as evaluator_score,
    runs.winner_candidate_index as winner_candidate_index,
    runs.winner_cost_usd as winner_cost_usd,
    runs.loser_avg_cost_usd as loser_avg_cost_usd,

    ----------  prediction: what was known before the run started
    {{ predicted_columns('predictions') }},
    {{ prediction_error('toFloat64(runs.total_cost_usd)', 'predictions.typical_cost_usd') }} as prediction_error_ratio,
    {{ prediction_error('runs.total_duration_ms', 'predictions.typical_duration_ms') }} as duration_prediction_error_ratio,
    {{ cost_above_prediction('runs.total_cost_usd', 'predictions') }} as is_cost_above_prediction,
    toLowCardinality(predictions.prediction_fallback) as prediction_fallback,
    toLowCardinality(predictions.prediction_cohort) as prediction_cohort,
    predictions.prediction_run_count as prediction_run_count,
    predictions.prediction_version as prediction_version,
    predictions.prediction_explanation as prediction_explanation,

    ----------  hierarchy
    runs.parent_run_id as parent_run_id,
    runs.depth as depth,
    runs.child_run_count as child_run_count,
    runs.child_total_cost_usd as child_total_cost_usd,

    ----------  caller
    runs.caller_id as caller_id,
    toLowCardinality(runs.origin) as origin,
    runs.user_id as user_id,
    runs.team_id as team_id,
    runs.organization_id as organization_id,
    runs.conversation_id as conversation_id,
    toLowCardinality(runs.environment) as environment,
    toLowCardinality(runs.mode) as mode,
    toLowCardinality(runs.experiment_name) as experiment_name,
    toLowCardinality(runs.variant) as variant,

    ----------  analysis
    -- A run is analysed when it ends (K2); the time of the build is no property of a run.
    runs.ended_at as analyzed_at,
    toUInt8({{ var('analysis_version') }}) as analysis_version,
    runs.history_version as history_version

from runs
inner join baselines
    on runs.run_id = baselines.run_id
inner join scores
    on runs.run_id = scores.run_id
inner join calibrated_scores
    on runs.run_id = calibrated_scores.run_id
inner join regressions
    on runs.run_id = regressions.run_id
inner join predictions
    on runs.run_id = predictions.run_id
inner join checked_runs
    on runs.run_id = checked_runs.run_id
