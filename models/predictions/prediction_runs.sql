{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'prediction_locations') }}",
    order_by='run_id',
) }}

{#-
    What a run was predicted to cost and to take, from what is known before it runs and from the runs that
    had ended before it started. The typical cost is a median, the expected one a mean: the typical one
    times the smearing factor, the ratio of mean to median of earlier runs, with extremes cut off.
-#}
{% set fit_runs = var('conditional_fit_runs') | int -%}
{% set bounds = ['low_95', 'low_80', 'high_80', 'high_95'] -%}
{% set columns = bounds + [
    'fallback', 'cohort', 'run_count', 'baseline_value', 'baseline_size', 'size_factor', 'cohort_factor', 'typical', 'expected'
] -%}
{% set prior_runs = var('prediction_smearing_prior_runs') -%}

with

locations as materialized (

    select
        *,
        [
            cityHash64('all', metric),
            cityHash64('model', tuple(metric, source, workflow_id, primary_model))
        ] as cohort_keys,
        {{ is_outdated(['run_id', 'history_version']) }} as is_new
    from {{ ref('prediction_locations') }}

),

pools as (

    select * from {{ ref('prediction_pools') }}

),

-- Without a large enough pool there is no interval.
pooled_runs as materialized (

    select
        locations.*,
        pools.pool_run_count >= {{ var('calibrated_pool_min_runs') }} as is_pooled,
        if(is_pooled, pools.quantiles, emptyArrayFloat64()) as residual_quantiles,
        if(is_pooled, pools.quantiles[5], {{ var('prediction_extreme_residual') }}) as extreme_residual
    from locations
    left join pools using (started_date, metric, fallback)

),

ended_runs as (

    select
        arrayJoin(cohort_keys) as cohort_key,
        assumeNotNull(ended_at) as run_ended_at,
        run_id,
        {{ billionths('exp(scale * least(assumeNotNull(standardized_residual), extreme_residual))') }} as cut_ratio
    from pooled_runs
    where
        standardized_residual is not null
        and fallback = 'fitted'

),

{{ moments_when_started('locations', 'ended_runs', '[toInt128(1), cut_ratio]', 2, fit_runs) }},

smeared_runs as (

    select
        run_id,
        metric,
        anyIf(moments, cohort_rank = 1) as all_sums,
        anyIf(moments, cohort_rank = 2) as model_sums,
        if(all_sums[1] = 0, 1., all_sums[2] / 1e9 / all_sums[1]) as all_smearing,
        (model_sums[2] / 1e9 + {{ prior_runs }} * all_smearing) / (model_sums[1] + {{ prior_runs }}) as smearing
    from run_moments
    group by
        run_id,
        metric

),

predicted_runs as (

    select
        pooled_runs.*,
        exp(pooled_runs.avg_actual) as baseline_value,
        exp(pooled_runs.avg_input_size) as baseline_size,
        exp(pooled_runs.size_effect) as size_factor,
        exp(pooled_runs.cohort_effect) as cohort_factor,
        baseline_value * size_factor * cohort_factor as typical,
        {% for bound in bounds -%}
            if(pooled_runs.is_pooled, typical * exp(pooled_runs.scale * pooled_runs.residual_quantiles[{{ loop.index }}]), null) as {{ bound }},
        {% endfor -%}
        typical * smeared_runs.smearing as expected
    from pooled_runs
    inner join smeared_runs using (run_id, metric)
    where pooled_runs.is_new

),

-- One row per run: cost and duration side by side.
joined_runs as (

    select
        run_id,
        history_version,
        any(workflow_id) as workflow_id,
        any(primary_model) as primary_model,
        {% for column in columns -%}
            anyIf({{ column }}, metric = 'cost') as cost_{{ column }},
            anyIf({{ column }}, metric = 'duration') as duration_{{ column }},
        {% endfor -%}
        any(input_chars) as input_chars
    from predicted_runs
    group by
        run_id,
        history_version

)

select
    run_id,
    history_version,

    ----------  cost and duration
    {% for metric, unit in {'cost': 'usd', 'duration': 'ms'}.items() -%}
        {{ metric }}_typical as typical_{{ metric }}_{{ unit }},
        {{ metric }}_expected as expected_{{ metric }}_{{ unit }},
        {% for bound in bounds -%}
            {{ metric }}_{{ bound }} as {{ metric }}_{{ bound }}_{{ unit }},
        {% endfor -%}
    {% endfor -%}
    cost_baseline_value as baseline_cost_usd,
    cost_size_factor as input_size_cost_factor,
    cost_cohort_factor as cohort_cost_factor,

    ----------  what it rests on
    cost_fallback as prediction_fallback,
    if(cost_fallback = 'none', 'none', cost_cohort) as prediction_cohort,
    toUInt32(cost_run_count) as prediction_run_count,
    duration_fallback as duration_prediction_fallback,
    toUInt8({{ var('prediction_version') }}) as prediction_version,

    ----------  explanation
    {{ prediction_in_words() }} as prediction_explanation
from joined_runs
