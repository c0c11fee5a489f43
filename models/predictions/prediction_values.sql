{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'prediction_locations') }}",
    order_by='(run_id, metric)',
) }}

{#-
    What a run was predicted to cost and to take, by metric, from what is known before it runs and from the
    runs that had ended before it started. The typical value is a median, the expected one a mean: the
    typical one times the smearing factor, the sum of earlier runs, with extremes cut off, over that of their medians.
-#}
{% set fit_runs = var('conditional_fit_runs') | int -%}
{% set bounds = ['low_95', 'low_80', 'high_80', 'high_95'] -%}
{% set prior_runs = var('prediction_smearing_prior_runs') -%}
{% set pool_min_runs = var('calibrated_pool_min_runs') -%}
{#- Small costs need more digits than logarithms. -#}
{% set sums = '[toInt128(1), ' ~ billionths('1e3 * typical_value') ~ ', ' ~ billionths('1e3 * cut_value') ~ ']' -%}

with

locations as (

    select
        *,
        [
            cityHash64('all', metric),
            cityHash64('model', tuple(metric, source, workflow_id, primary_model))
        ] as cohort_keys
    from {{ ref('prediction_locations') }}

),

pools as (

    select * from {{ ref('prediction_pools') }}

),

runs as {{ 'materialized ' if is_incremental() }}(

    select * from locations
    where {{ is_outdated(['history_version']) }}

),

known_runs as (

    select
        cohort_keys,
        assumeNotNull(ended_at) as run_ended_at,
        run_id,
        started_date,
        metric,
        fallback,
        assumeNotNull(predicted) as known_predicted,
        scale,
        assumeNotNull(standardized_residual) as known_residual
    from locations
    where
        standardized_residual is not null
        and fallback = 'fitted'

),

{{ runs_in_reach('runs', 'known_runs', fit_runs) }},

ended_runs as (

    select
        arrayJoin(reached_runs.cohort_keys) as cohort_key,
        reached_runs.run_ended_at as run_ended_at,
        reached_runs.run_id as run_id,
        exp(reached_runs.known_predicted) as typical_value,
        -- Without a large enough pool, what is extreme is not known from it.
        typical_value * exp(reached_runs.scale * least(
            reached_runs.known_residual,
            if(pools.pool_run_count >= {{ pool_min_runs }}, pools.quantiles[5], {{ var('prediction_extreme_residual') }})
        )) as cut_value
    from reached_runs
    left join pools using (started_date, metric, fallback)

),

{{ moments_when_started('runs', 'ended_runs', sums, 3, fit_runs) }},

smeared_runs as (

    select
        run_id,
        metric,
        anyIf(moments, cohort_rank = 1) as all_sums,
        anyIf(moments, cohort_rank = 2) as model_sums,
        -- Of sums, because it is for sums: a mean of ratios follows a few cheap runs that became expensive.
        if(all_sums[2] = 0, 1., all_sums[3] / all_sums[2]) as all_smearing,
        if(model_sums[2] = 0, all_smearing, model_sums[3] / model_sums[2]) as model_smearing,
        (toFloat64(model_sums[1]) * model_smearing + {{ prior_runs }} * all_smearing) / (model_sums[1] + {{ prior_runs }}) as smearing
    from run_moments
    group by
        run_id,
        metric

),

-- Without a large enough pool there is no interval.
pooled_runs as (

    select
        runs.*,
        pools.pool_run_count >= {{ pool_min_runs }} as is_pooled,
        if(is_pooled, pools.quantiles, emptyArrayFloat64()) as residual_quantiles
    from runs
    left join pools using (started_date, metric, fallback)

)

select
    pooled_runs.run_id as run_id,
    pooled_runs.metric as metric,
    pooled_runs.history_version as history_version,
    pooled_runs.workflow_id as workflow_id,
    pooled_runs.primary_model as primary_model,
    pooled_runs.input_chars as input_chars,
    pooled_runs.fallback as fallback,
    pooled_runs.cohort as cohort,
    pooled_runs.run_count as run_count,
    pooled_runs.line_run_count as line_run_count,
    pooled_runs.fixed_chars as fixed_chars,
    pooled_runs.known_cost_usd as known_cost_usd,
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
