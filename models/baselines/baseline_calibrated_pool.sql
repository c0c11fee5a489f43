{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['ended_date', 'day_start_version'], 'int_completed_runs') }}",
    order_by='ended_date',
) }}

{#- The usual spread of all workflows in the days before a day, and how often they wrote nothing: what a cohort too small to know its own is given. -#}
{% set days = var('calibrated_pool_days') | int -%}

with

new_days as (

    select distinct
        ended_date,
        day_start_version
    from {{ ref('int_completed_runs') }}
    where {{ is_outdated(['ended_date', 'day_start_version']) }}

),

residuals as (

    select
        toDate(ended_at) as residual_date,
        has_output,
        cost_residual,
        duration_residual,
        tokens_residual
    from {{ ref('baseline_calibrated_fits') }}
    where residual_date >= (select min(new_days.ended_date) from new_days) - {{ days }}

),

-- Each run counts for the days after its own, so that a day's pool is complete before the day begins.
pooled_runs as (

    select
        arrayJoin(arrayMap(days -> residual_date + days, range(1, {{ days + 1 }}))) as pool_date,
        has_output,
        cost_residual,
        duration_residual,
        tokens_residual
    from residuals

)

select
    new_days.ended_date as ended_date,
    new_days.day_start_version as day_start_version,
    toUInt32(count()) as run_count,
    toUInt32(countIf(pooled_runs.has_output)) as output_run_count,
    toUInt32(count(pooled_runs.cost_residual)) as cost_run_count,
    toUInt32(count(pooled_runs.duration_residual)) as duration_run_count,
    toUInt32(count(pooled_runs.tokens_residual)) as tokens_run_count,
    {{ pooled_scale('pooled_runs.cost_residual') }} as cost_scale,
    {{ pooled_scale('pooled_runs.duration_residual') }} as duration_scale,
    {{ pooled_scale('pooled_runs.tokens_residual') }} as tokens_scale
from new_days
inner join pooled_runs
    on new_days.ended_date = pooled_runs.pool_date
group by
    ended_date,
    day_start_version
