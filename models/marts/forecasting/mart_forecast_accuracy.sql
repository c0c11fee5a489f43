{{ config(order_by='(metric, unique_id, method)') }}

with

backtests as (

    select * from {{ ref('stg_forecasting__backtests') }}

),

published_choices as (

    select
        metric,
        argMax(method, cutoff_date) as published_method,
        max(cutoff_date) as published_cutoff_date
    from {{ ref('stg_forecasting__choices') }}
    where is_published
    group by metric

),

newest_choices as (

    select
        metric,
        argMax(method, cutoff_date) as chosen_method,
        argMax(reason, cutoff_date) as choice_reason
    from {{ ref('stg_forecasting__choices') }}
    group by metric

)

select
    ----------  ids
    backtests.unique_id as unique_id,
    toLowCardinality(backtests.metric) as metric,
    toLowCardinality(backtests.method) as method,

    ----------  numerics
    backtests.horizon_days as horizon_days,
    toUInt32(backtests.origin_count) as origin_count,
    backtests.forecast_count as forecast_count,
    backtests.mase as mase,
    backtests.relative_mase as relative_mase,
    backtests.smape as smape,
    backtests.wape as wape,
    backtests.pinball as pinball,
    backtests.coverage_80 as coverage_80,
    backtests.coverage_95 as coverage_95,
    backtests.total_error as total_error,

    ----------  choice
    toBool(newest_choices.chosen_method = backtests.method) as is_chosen_method,
    toBool(published_choices.published_method = backtests.method) as is_published_method,
    if(newest_choices.chosen_method = backtests.method, newest_choices.choice_reason, '') as choice_reason,

    ----------  dates
    backtests.cutoff_date as cutoff_date,
    if(published_choices.metric = '', null, published_choices.published_cutoff_date) as published_cutoff_date

from backtests
left join newest_choices
    on backtests.metric = newest_choices.metric
left join published_choices
    on backtests.metric = published_choices.metric
