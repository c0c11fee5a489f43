{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'baseline_runs') }}",
    order_by='run_id',
) }}

with

baselines as (

    select * from {{ ref('baseline_runs') }}
    where {{ is_outdated(['history_version']) }}

),

runs as (

    select * from {{ ref('int_completed_runs') }}
    where run_id in (select baselines.run_id from baselines)

),

scored_runs as (

    select
        runs.run_id as run_id,
        baselines.history_version as history_version,
        runs.input_category as input_category,
        runs.error_count as error_count,
        runs.total_cost_usd as total_cost_usd,
        baselines.cluster_avg_cost as cluster_avg_cost,
        baselines.cluster_run_count as cluster_run_count,
        {{ safe_ratio('baselines.workflow_error_run_count', 'baselines.workflow_run_count') }} as historical_error_ratio,
        {{ z_score('runs.total_cost_usd', 'baselines.cluster_avg_cost', 'baselines.cluster_stddev_cost') }} as documents_cost_z_score,
        {{ z_score('runs.total_duration_ms', 'baselines.cluster_avg_duration', 'baselines.cluster_stddev_duration') }} as documents_duration_z_score,
        {{ z_score('runs.total_tokens', 'baselines.cluster_avg_tokens', 'baselines.cluster_stddev_tokens') }} as documents_tokens_z_score

    from runs
    inner join baselines
        on runs.run_id = baselines.run_id

)

select
    run_id,
    history_version,

    ----------  scores
    documents_cost_z_score,
    documents_duration_z_score,
    documents_tokens_z_score,
    historical_error_ratio,

    ----------  bands
    {{ z_band('documents_cost_z_score') }} as documents_cost_z_band,
    {{ z_band('documents_duration_z_score') }} as documents_duration_z_band,
    {{ z_band('documents_tokens_z_score') }} as documents_tokens_z_band,
    {{ z_badge('documents_cost_z_score') }} as documents_cost_badge,
    {{ z_badge('documents_duration_z_score') }} as documents_duration_badge,

    ----------  flags
    toBool(abs({{ rounded('documents_cost_z_score') }}) > {{ var('z_outlier') }}) as is_documents_cost_outlier,
    toBool(abs({{ rounded('documents_duration_z_score') }}) > {{ var('z_outlier') }}) as is_documents_duration_outlier,
    toBool(abs({{ rounded('documents_tokens_z_score') }}) > {{ var('z_outlier') }}) as is_documents_tokens_outlier,
    -- Without earlier runs there is no rate to be below.
    toBool(
        error_count > 0
        and coalesce({{ rounded('historical_error_ratio') }} < {{ var('error_outlier_max_rate') }}, false)
    ) as is_documents_error_outlier,

    ----------  explanation
    concat(
        'Z=', {{ fixed_decimals('documents_cost_z_score', 1) }},
        ' (', {{ z_band('documents_cost_z_score') }}, ' for ', input_category, ' inputs): cost $',
        {{ fixed_decimals('total_cost_usd', 6) }},
        if(
            cluster_run_count = 0,
            ', no earlier run to compare with',
            concat(
                ', cluster avg $', {{ fixed_decimals('assumeNotNull(cluster_avg_cost)', 6) }},
                ' over ', toString(cluster_run_count), if(cluster_run_count = 1, ' run', ' runs')
            )
        )
    ) as documents_cost_explanation
from scored_runs
