{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['started_date', 'day_start_version'], 'prediction_features') }}",
    order_by='(started_date, metric, fallback)',
) }}

{#-
    Quantiles of the standardized residuals of the days before a day, which make the intervals of its
    predictions (split conformal).
-#}
{% set days = var('calibrated_pool_days') | int -%}
{% set pool_runs = var('prediction_pool_runs') | int -%}

with

new_days as (

    select distinct
        started_date,
        day_start_version
    from {{ ref('prediction_features') }}
    where {{ is_outdated(['started_date', 'day_start_version']) }}

),

residuals as (

    select
        metric,
        fallback,
        run_id,
        assumeNotNull(ended_at) as run_ended_at,
        toDate(run_ended_at) as residual_date,
        assumeNotNull(standardized_residual) as known_residual
    from {{ ref('prediction_locations') }}
    where
        standardized_residual is not null
        and residual_date >= (select min(new_days.started_date) from new_days) - {{ days }}
    -- No pool holds more of one day.
    order by
        run_ended_at desc,
        run_id desc
    limit {{ pool_runs }} by metric, fallback, residual_date

),

-- Each run counts for the days after its own, so that a day's pool is complete before the day begins.
pooled_residuals as (

    select
        *,
        arrayJoin(arrayMap(days -> residual_date + days, range(1, {{ days + 1 }}))) as pool_date
    from residuals

),

latest_residuals as (

    select
        new_days.started_date as started_date,
        new_days.day_start_version as day_start_version,
        pooled_residuals.metric as metric,
        pooled_residuals.fallback as fallback,
        pooled_residuals.known_residual as known_residual
    from new_days
    inner join pooled_residuals
        on new_days.started_date = pooled_residuals.pool_date
    order by
        pooled_residuals.run_ended_at desc,
        pooled_residuals.run_id desc
    limit {{ pool_runs }} by started_date, metric, fallback

)

select
    started_date,
    day_start_version,
    metric,
    fallback,
    toUInt32(count()) as pool_run_count,
    quantilesExact(0.025, 0.1, 0.9, 0.975, 0.99)(known_residual) as quantiles -- noqa: LT01
from latest_residuals
group by
    started_date,
    day_start_version,
    metric,
    fallback
