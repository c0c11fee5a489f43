{{ config(order_by='(metric, unique_id, date)') }}

with

daily_series as (

    select * from {{ ref('int_daily_series') }}
    where metric not in ('quality_score', 'analysed_cost_usd')

),

-- Of each day the newest forecast that was made before it.
forecasts as (

    select * from {{ ref('int_forecasts') }}
    order by cutoff_date desc
    limit 1 by metric, unique_id, date

),

days as (

    select
        metric,
        unique_id,
        series_kind,
        series_key,
        date,
        toNullable(value) as actual,
        toNullable(is_complete_day) as is_complete,
        cast(null, 'Nullable(Float64)') as forecast,
        cast(null, 'Nullable(Float64)') as lo_80,
        cast(null, 'Nullable(Float64)') as hi_80,
        cast(null, 'Nullable(Float64)') as lo_95,
        cast(null, 'Nullable(Float64)') as hi_95,
        cast(null, 'Nullable(Float64)') as typical_forecast,
        cast(null, 'Nullable(String)') as method,
        cast(null, 'Nullable(String)') as fallback,
        cast(null, 'Nullable(UInt16)') as horizon_days,
        cast(null, 'Nullable(Date)') as cutoff_date
    from daily_series
    union all
    select
        metric,
        unique_id,
        series_kind,
        series_key,
        date,
        null as actual,
        null as is_complete,
        forecast,
        lo_80,
        hi_80,
        lo_95,
        hi_95,
        typical_forecast,
        method,
        fallback,
        horizon_days,
        cutoff_date
    from forecasts

),

-- Aggregates skip NULLs: each column has one value, from the one side or the other.
joined_days as (

    select
        metric,
        unique_id,
        any(series_kind) as series_kind,
        any(series_key) as series_key,
        date,
        any(days.actual) as actual,
        coalesce(any(days.is_complete), false) as is_complete,
        any(days.forecast) as forecast,
        any(days.lo_80) as lo_80,
        any(days.hi_80) as hi_80,
        any(days.lo_95) as lo_95,
        any(days.hi_95) as hi_95,
        any(days.typical_forecast) as typical_forecast,
        any(days.method) as method,
        any(days.fallback) as fallback,
        any(days.horizon_days) as horizon_days,
        any(days.cutoff_date) as cutoff_date
    from days
    group by
        metric,
        unique_id,
        date

)

select
    ----------  ids
    unique_id,
    toLowCardinality(series_kind) as series_kind,
    series_key,
    toLowCardinality(metric) as metric,

    ----------  text
    method,
    fallback,

    ----------  numerics
    actual,
    forecast,
    lo_80,
    hi_80,
    lo_95,
    hi_95,
    typical_forecast,
    if(is_complete, actual - forecast, null) as forecast_error,
    horizon_days,

    ----------  booleans
    toBool(is_complete) as is_complete_day,
    if(is_complete, toBool(actual between lo_80 and hi_80), null) as is_within_80,
    if(is_complete, toBool(actual between lo_95 and hi_95), null) as is_within_95,

    ----------  dates
    cutoff_date,
    date

from joined_days
