{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'prediction_features') }}",
    order_by='(run_id, metric)',
) }}

{#-
    The line of log cost (duration) on log input characters through the runs that had ended before a run
    started: those of its workflow and model, or, without any, of its workflow on whatever model.
-#}
{% set fit_runs = var('conditional_fit_runs') | int -%}
{% set prior_runs = var('prediction_slope').runs -%}

with

runs as materialized (

    select
        *,
        [
            cityHash64('model', tuple(metric, source, workflow_id, primary_model)),
            cityHash64('workflow', tuple(metric, source, workflow_id))
        ] as cohort_keys,
        {{ is_outdated(['run_id', 'history_version']) }} as is_new
    from {{ ref('prediction_features') }}

),

ended_runs as (

    select
        arrayJoin(cohort_keys) as cohort_key,
        assumeNotNull(ended_at) as run_ended_at,
        run_id,
        input_size,
        actual
    from runs
    where
        ended_at is not null
        and actual is not null

),

{{ moments_when_started('runs', 'ended_runs', fit_moments('actual', 'input_size'), 5, fit_runs) }},

-- The first cohort with any run.
chosen_lines as (

    select
        run_id,
        metric,
        argMin(moments, (moments[1] = 0, cohort_rank)) as line_moments,
        tupleElement(min((moments[1] = 0, cohort_rank)), 2) as line_rank
    from run_moments
    group by
        run_id,
        metric

),

fitted_runs as (

    select
        runs.*,
        chosen_lines.line_rank as line_rank,
        chosen_lines.line_moments as line_moments,
        {{ as_of_fit('line') }},
        (line_covariation + {{ prior_runs }} * prior_slope) / (line_size_variation + {{ prior_runs }}) as line_slope
    from runs
    inner join chosen_lines
        on
            runs.run_id = chosen_lines.run_id
            and runs.metric = chosen_lines.metric
    where runs.is_new

)

select
    run_id,
    metric,
    history_version,
    multiIf(
        line_run_count = 0, 'none',
        line_rank = 2, 'workflow',
        line_run_count < {{ var('calibrated_min_runs') }}, 'few_runs',
        'fitted'
    ) as fallback,
    line_run_count,
    if(line_run_count = 0, null, line_avg) as avg_actual,
    if(line_run_count = 0, null, line_size_avg) as avg_input_size,
    if(line_run_count = 0, null, line_slope * (input_size - line_size_avg)) as size_effect,
    if(line_run_count = 0, null, {{ standard_error_factor('line', 'input_size') }}) as line_standard_error_factor,
    -- What the line leaves unexplained, once the run has ended.
    if(fallback = 'fitted', actual - avg_actual - size_effect, null) as residual
from fitted_runs
