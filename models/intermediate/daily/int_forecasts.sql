{{ config(order_by='(metric, unique_id, cutoff_date, date)') }}

with

forecasts as (

    select * from {{ ref('stg_forecasting__daily_forecasts') }}

),

choices as (

    select
        metric,
        cutoff_date
    from {{ ref('stg_forecasting__choices') }}
    where is_published

),

-- Forecasts of series whose logs were taken back are left out.
series as (

    select
        unique_id,
        any(series_kind) as series_kind,
        any(series_key) as series_key
    from {{ ref('int_daily_series') }}
    group by unique_id

),

published_forecasts as (

    select
        forecasts.unique_id as unique_id,
        forecasts.metric as metric,
        forecasts.method as method,
        forecasts.fallback as fallback,
        forecasts.model_version as model_version,
        forecasts.horizon_days as horizon_days,
        forecasts.forecast as typical_forecast,
        forecasts.expected as expected,
        forecasts.lo_80 as lo_80,
        forecasts.hi_80 as hi_80,
        forecasts.lo_95 as lo_95,
        forecasts.hi_95 as hi_95,
        forecasts.cutoff_date as cutoff_date,
        forecasts.date as date,
        forecasts.fitted_at as fitted_at,
        series.series_kind as series_kind,
        series.series_key as series_key

    from forecasts
    inner join series
        on forecasts.unique_id = series.unique_id
    where (forecasts.metric, forecasts.cutoff_date) in (
        select
            metric,
            cutoff_date
        from choices
    )

),

-- Parts are forecast one by one and need not add up to the total's own forecast, which has the smaller error,
-- because errors of parts offset each other. The mean forecasts of each day's parts are scaled to it. Median
-- forecasts and bounds are not: medians and quantiles of parts do not add up to those of the total.
daily_totals as (

    select
        metric,
        cutoff_date,
        date,
        sumIf(expected, unique_id = 'total') as total_expected,
        arraySum(arraySort(groupArrayIf(expected, series_kind = 'workflow'))) as workflow_sum,
        arraySum(arraySort(groupArrayIf(expected, series_kind = 'project'))) as project_sum,
        arraySum(arraySort(groupArrayIf(expected, series_kind = 'model'))) as model_sum
    from published_forecasts
    group by
        metric,
        cutoff_date,
        date

),

scaled_forecasts as (

    select
        published_forecasts.unique_id as unique_id,
        published_forecasts.metric as metric,
        published_forecasts.method as method,
        published_forecasts.fallback as fallback,
        published_forecasts.model_version as model_version,
        published_forecasts.horizon_days as horizon_days,
        published_forecasts.typical_forecast as typical_forecast,
        published_forecasts.lo_80 as lo_80,
        published_forecasts.hi_80 as hi_80,
        published_forecasts.lo_95 as lo_95,
        published_forecasts.hi_95 as hi_95,
        published_forecasts.cutoff_date as cutoff_date,
        published_forecasts.date as date,
        published_forecasts.fitted_at as fitted_at,
        published_forecasts.series_kind as series_kind,
        published_forecasts.series_key as series_key,
        multiIf(
            published_forecasts.series_kind = 'workflow', daily_totals.workflow_sum,
            published_forecasts.series_kind = 'project', daily_totals.project_sum,
            -- A run may use several models: its count is in more than one part.
            published_forecasts.series_kind = 'model' and published_forecasts.metric != 'run_count', daily_totals.model_sum,
            0.0
        ) as sum_of_parts,
        published_forecasts.expected * if(sum_of_parts > 0, daily_totals.total_expected / sum_of_parts, 1.0) as forecast

    from published_forecasts
    inner join daily_totals
        on
            published_forecasts.metric = daily_totals.metric
            and published_forecasts.cutoff_date = daily_totals.cutoff_date
            and published_forecasts.date = daily_totals.date

)

select
    ----------  ids
    unique_id,
    series_kind,
    series_key,
    metric,

    ----------  text
    method,
    fallback,
    model_version,

    ----------  numerics
    horizon_days,
    typical_forecast,
    forecast,
    least(lo_80, forecast) as lo_80,
    greatest(hi_80, forecast) as hi_80,
    least(lo_95, forecast) as lo_95,
    greatest(hi_95, forecast) as hi_95,

    ----------  dates
    cutoff_date,
    date,
    fitted_at

from scaled_forecasts
