{{ config(order_by='pool_date') }}

{#- The usual spread of all workflows in the days before a day: what a cohort too small to know its own is given. -#}
with

residuals as (

    select * from {{ ref('baseline_calibrated_fits') }}

),

-- Each run counts for the days after its own, so that a day's pool is complete before the day begins.
pooled_runs as (

    select
        arrayJoin(arrayMap(days -> toDate(ended_at) + days, range(1, {{ var('calibrated_pool_days') }} + 1))) as pool_date,
        cost_residual,
        duration_residual,
        tokens_residual
    from residuals

)

select
    pool_date,
    toUInt32(count(cost_residual)) as cost_run_count,
    toUInt32(count(duration_residual)) as duration_run_count,
    toUInt32(count(tokens_residual)) as tokens_run_count,
    {{ pooled_scale('cost_residual') }} as cost_scale,
    {{ pooled_scale('duration_residual') }} as duration_scale,
    {{ pooled_scale('tokens_residual') }} as tokens_scale
from pooled_runs
group by pool_date
