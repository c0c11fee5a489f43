{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'prediction_features') }}",
    order_by='(run_id, metric)',
) }}

{#-
    The line of log cost (duration) on log input characters through the runs that had ended before a run
    started: those of its workflow and model, or, without any, of its workflow on whatever model. Of the
    input sizes, which differ in the characters that are added, the one that explains most counts.
-#}
{% set fit_runs = var('conditional_fit_runs') | int -%}
{% set prior_runs = var('prediction_slope').runs -%}
{% set size_count = var('prediction_fixed_chars').cost | length -%}
{% set size_moments = [] -%}
{% for size in range(1, size_count + 1) %}{% do size_moments.append(fit_moments('actual', 'input_sizes[' ~ size ~ ']')) %}{% endfor -%}

with

features as (

    select
        *,
        [
            cityHash64('model', tuple(metric, source, workflow_id, primary_model)),
            cityHash64('workflow', tuple(metric, source, workflow_id))
        ] as cohort_keys
    from {{ ref('prediction_features') }}

),

runs as {{ 'materialized ' if is_incremental() }}(

    select * from features
    where {{ is_outdated(['history_version']) }}

),

known_runs as (

    select
        cohort_keys,
        assumeNotNull(ended_at) as run_ended_at,
        run_id,
        input_sizes,
        actual
    from features
    where ended_at is not null and actual is not null

),

{{ runs_in_reach('runs', 'known_runs', fit_runs) }},

ended_runs as (

    select
        * except (cohort_keys),
        arrayJoin(cohort_keys) as cohort_key
    from reached_runs

),

{{ moments_when_started('runs', 'ended_runs', 'arrayConcat(' ~ size_moments | join(', ') ~ ')', 5 * size_count, fit_runs) }},

-- The first cohort with any run.
chosen_cohorts as (

    select
        run_id,
        metric,
        argMin(moments, (moments[1] = 0, cohort_rank)) as cohort_moments,
        argMax(moments, cohort_rank) as workflow_moments,
        tupleElement(min((moments[1] = 0, cohort_rank)), 2) as line_rank
    from run_moments
    group by
        run_id,
        metric

),

-- The slope of a workflow and model is shrunk to that of its workflow, and this to the prior.
sized_runs as (

    select
        runs.* except (input_size),
        chosen_cohorts.line_rank as line_rank,
        arrayMap(size -> arraySlice(chosen_cohorts.cohort_moments, 5 * size - 4, 5), range(1, {{ size_count + 1 }})) as size_moments,
        arrayMap(
            size -> {{ moments_slope('arraySlice(chosen_cohorts.workflow_moments, 5 * size - 4, 5)', 'runs.prior_slope', prior_runs) }},
            range(1, {{ size_count + 1 }})
        ) as workflow_slopes,
        if(
            line_rank = 2,
            workflow_slopes,
            arrayMap(
                (of_size, workflow_slope) -> {{ moments_slope('of_size', 'workflow_slope', prior_runs) }},
                size_moments,
                workflow_slopes
            )
        ) as slopes,
        arrayMap(
            (of_size, slope) -> if(of_size[1] = 0, 0., slope * (2 * {{ moments_covariation('of_size') }} - slope * {{ moments_variation('of_size') }})),
            size_moments,
            slopes
        ) as explained_variations,
        indexOf(explained_variations, arrayMax(explained_variations)) as chosen_size
    from runs
    inner join chosen_cohorts
        on
            runs.run_id = chosen_cohorts.run_id
            and runs.metric = chosen_cohorts.metric

),

fitted_runs as (

    select
        *,
        size_moments[chosen_size] as line_moments,
        slopes[chosen_size] as line_slope,
        input_sizes[chosen_size] as input_size,
        fixed_chars[chosen_size] as chosen_fixed_chars,
        {{ as_of_fit('line') }}
    from sized_runs

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
    chosen_fixed_chars as fixed_chars,
    if(line_run_count = 0, null, line_slope * (input_size - line_size_avg)) as size_effect,
    if(line_run_count = 0, null, {{ standard_error_factor('line', 'input_size') }}) as line_standard_error_factor,
    -- The line at any other run's sizes: the constant, and a slope for each size, 0 for those that do not count.
    if(line_run_count = 0, 0., line_avg - line_slope * line_size_avg) as line_constant,
    arrayMap(size -> if(size = chosen_size, line_slope, 0.), range(1, {{ size_count + 1 }})) as size_slopes,
    -- What the line leaves unexplained, once the run has ended.
    if(fallback = 'fitted', actual - avg_actual - size_effect, null) as residual
from fitted_runs
