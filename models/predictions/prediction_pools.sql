{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['started_date', 'day_start_version'], 'prediction_features') }}",
    order_by='(started_date, metric, fallback)',
) }}

{#-
    By how much predictions missed lately before a day, in scales of the predictions (split conformal): the
    last so many misses of the last days.
-#}
{% set days = var('calibrated_pool_days') | int -%}
{% set reach = var('prediction_pool_runs') | int -%}

with

new_days as (

    select distinct
        started_date,
        day_start_version
    from {{ ref('prediction_features') }}
    where {{ is_outdated(['started_date', 'day_start_version']) }}

),

misses as (

    select
        metric,
        fallback,
        run_id,
        assumeNotNull(ended_at) as run_ended_at,
        toDate(run_ended_at) as miss_date,
        assumeNotNull(miss) as known_miss
    from {{ ref('prediction_centres') }}
    where
        miss is not null
        and miss_date >= (select min(new_days.started_date) from new_days) - {{ days }}
    -- No pool holds more of one day.
    order by
        run_ended_at desc,
        run_id desc
    limit {{ reach }} by metric, fallback, miss_date

),

-- Each run counts for the days after its own, so that a day's pool is complete before the day begins.
pooled_misses as (

    select
        *,
        arrayJoin(arrayMap(days -> miss_date + days, range(1, {{ days + 1 }}))) as pool_date
    from misses

),

latest_misses as (

    select
        new_days.started_date as started_date,
        new_days.day_start_version as day_start_version,
        pooled_misses.metric as metric,
        pooled_misses.fallback as fallback,
        pooled_misses.known_miss as known_miss
    from new_days
    inner join pooled_misses
        on new_days.started_date = pooled_misses.pool_date
    order by
        pooled_misses.run_ended_at desc,
        pooled_misses.run_id desc
    limit {{ reach }} by started_date, metric, fallback

)

select
    started_date,
    day_start_version,
    metric,
    fallback,
    toUInt32(count()) as pool_run_count,
    quantilesExact(0.025, 0.1, 0.9, 0.975, 0.99)(known_miss) as quantiles -- noqa: LT01
from latest_misses
group by
    started_date,
    day_start_version,
    metric,
    fallback
