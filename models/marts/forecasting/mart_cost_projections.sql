{{ config(order_by='unique_id') }}

{% set trend = var('cost_trend') -%}

with

trends as (

    select * from {{ ref('int_cost_trends') }}
    where metric = 'cost_usd'

),

-- A week after its cutoff, the first week of a forecast is past.
current_cutoffs as (

    select max(cutoff_date) as current_cutoff_date
    from {{ ref('int_forecasts') }}
    where
        metric = 'cost_usd'
        and cutoff_date > (select max(last_date) from trends) - 7

),

forecasts as (

    select
        unique_id,
        any(method) as method,
        any(fallback) as fallback,
        max(cutoff_date) as forecast_cutoff_date,
        sumIf(forecast, horizon_days <= 7) as next_7_days_usd,
        sum(forecast) as next_30_days_usd

    from {{ ref('int_forecasts') }}
    where
        metric = 'cost_usd'
        and cutoff_date = (select current_cutoff_date from current_cutoffs)
    group by unique_id

),

totals as (

    select
        unique_id,
        maxIf(forecast, horizon_days = 7) as week_usd,
        maxIf(lo_80, horizon_days = 7) as week_lo_80_usd,
        maxIf(hi_80, horizon_days = 7) as week_hi_80_usd,
        maxIf(forecast, horizon_days = 30) as month_usd,
        maxIf(lo_80, horizon_days = 30) as month_lo_80_usd,
        maxIf(hi_80, horizon_days = 30) as month_hi_80_usd

    from {{ ref('stg_forecasting__totals') }}
    where
        metric = 'cost_usd'
        and cutoff_date = (select current_cutoff_date from current_cutoffs)
    group by unique_id

),

projections as (

    select
        trends.unique_id as unique_id,
        trends.series_kind as series_kind,
        trends.series_key as series_key,
        trends.history_days as history_days,
        trends.avg_daily_cost_usd as avg_daily_cost_usd,
        trends.slope_usd_per_day as slope_usd_per_day,
        trends.r_squared as r_squared,
        trends.p_value as p_value,
        trends.last_date as last_date,
        forecasts.unique_id != '' as has_forecast,
        forecasts.method as method,
        forecasts.fallback as fallback,
        forecasts.forecast_cutoff_date as forecast_cutoff_date,
        forecasts.next_30_days_usd as next_30_days_usd,
        if(has_forecast, forecasts.next_7_days_usd / 7, trends.avg_daily_cost_usd) as projected_daily_usd,
        -- Bounds are scaled with the forecast, where that was scaled to the total's.
        if(totals.week_usd > 0, forecasts.next_7_days_usd / totals.week_usd, 1.0) as week_scale,
        if(totals.month_usd > 0, forecasts.next_30_days_usd / totals.month_usd, 1.0) as month_scale,
        totals.week_lo_80_usd * week_scale as weekly_lo_80_usd,
        totals.week_hi_80_usd * week_scale as weekly_hi_80_usd,
        totals.month_lo_80_usd * month_scale as monthly_lo_80_usd,
        totals.month_hi_80_usd * month_scale as monthly_hi_80_usd

    from trends
    left join forecasts
        on trends.unique_id = forecasts.unique_id
    left join totals
        on trends.unique_id = totals.unique_id

),

judged_projections as (

    select
        *,
        coalesce(p_value < {{ trend.max_p_value }}, false) as has_trend,
        7 * projected_daily_usd as weekly_usd,
        if(has_forecast, (weekly_hi_80_usd - weekly_lo_80_usd) / 2, null) as weekly_margin_usd

    from projections

)

select
    ----------  ids
    unique_id,
    toLowCardinality(series_kind) as series_kind,
    series_key,

    ----------  text
    if(has_forecast, method, 'mean_{{ trend.days }}d') as method,
    if(has_forecast, fallback, 'no_forecast') as fallback,
    toLowCardinality(multiIf(not has_trend, 'stable', slope_usd_per_day > 0, 'up', 'down')) as trend,
    concat(
        'Projected weekly cost $', {{ fixed_decimals('weekly_usd', 2) }},
        if(has_forecast, concat(' ± $', {{ fixed_decimals('coalesce(weekly_margin_usd, 0)', 2) }}), '')
    ) as projection,

    ----------  numerics
    avg_daily_cost_usd as current_daily_avg_usd,
    projected_daily_usd,
    weekly_usd as projected_weekly_usd,
    weekly_margin_usd as projected_weekly_margin_usd,
    if(has_forecast, weekly_lo_80_usd, null) as projected_weekly_lo_80_usd,
    if(has_forecast, weekly_hi_80_usd, null) as projected_weekly_hi_80_usd,
    30 * projected_daily_usd as projected_monthly_usd,
    if(has_forecast, next_30_days_usd, null) as next_30_days_usd,
    if(has_forecast, monthly_lo_80_usd, null) as next_30_days_lo_80_usd,
    if(has_forecast, monthly_hi_80_usd, null) as next_30_days_hi_80_usd,
    slope_usd_per_day as trend_usd_per_day,
    p_value as trend_p_value,
    r_squared as confidence,
    history_days,

    ----------  booleans
    toBool(has_trend) as is_trend_significant,

    ----------  dates
    if(has_forecast, forecast_cutoff_date, null) as cutoff_date,
    last_date

from judged_projections
