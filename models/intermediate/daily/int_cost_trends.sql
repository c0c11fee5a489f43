{{ config(order_by='(metric, unique_id)') }}

with

daily_series as (

    select * from {{ ref('int_daily_series') }}
    where
        metric in ('cost_usd', 'analysed_cost_usd')
        and is_complete_day

),

last_days as (

    select max(date) as last_date from daily_series

),

-- Arrays in the order of days: sums of floats differ in the last digit with the order of the rows.
windows as (

    select
        metric,
        unique_id,
        any(series_kind) as series_kind,
        any(series_key) as series_key,
        max(date) as last_date,
        arrayMap(day -> day.2, arraySort(groupArray((date, assumeNotNull(value))))) as costs,
        toFloat64(length(costs)) as n,
        arrayMap(i -> toFloat64(i), range(length(costs))) as indexes

    from daily_series
    where date > (select last_days.last_date from last_days) - {{ var('cost_trend').days }}
    group by
        metric,
        unique_id

),

moments as (

    select
        *,
        arraySum(costs) / n as mean_cost_usd,
        (n - 1) / 2 as mean_index,
        arraySum(i -> (i - mean_index) * (i - mean_index), indexes) as index_variation,
        arraySum(cost -> (cost - mean_cost_usd) * (cost - mean_cost_usd), costs) as cost_variation,
        arraySum((i, cost) -> (i - mean_index) * (cost - mean_cost_usd), indexes, costs) as covariation

    from windows

),

lines as (

    select
        *,
        if(index_variation > 0, covariation / index_variation, 0.0) as slope,
        mean_cost_usd - slope * mean_index as intercept,
        -- A constant has no variation to explain: 0, where scipy has nan.
        if(
            index_variation > 0 and cost_variation > 0,
            least(covariation * covariation / (index_variation * cost_variation), 1.0),
            0.0
        ) as r_squared

    from moments

)

select
    ----------  ids
    metric,
    unique_id,
    series_kind,
    series_key,

    ----------  line
    toUInt16(n) as history_days,
    mean_cost_usd as avg_daily_cost_usd,
    slope as slope_usd_per_day,
    intercept as intercept_usd,
    r_squared,
    -- P-value of the slope; NULL for too few days.
    multiIf(
        n < {{ var('cost_trend').min_days }}, null,
        r_squared >= 1, 0.0,
        {{ student_p_value('sqrt(r_squared * (n - 2) / (1 - r_squared))', 'n - 2') }}
    ) as p_value,

    ----------  dates
    last_date

from lines
