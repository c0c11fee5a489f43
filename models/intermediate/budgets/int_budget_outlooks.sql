{{ config(order_by='(budget_id, period_start_date, cutoff_date)') }}

with

periods as (

    select * from {{ ref('int_budget_periods') }}

),

forecasts as (

    select * from {{ ref('int_forecasts') }}
    where
        metric = 'cost_usd'
        and unique_id in (select periods.scope_id from periods)

),

newest as (

    select max(cutoff_date) as cutoff_date from forecasts

),

totals as (

    select * from {{ ref('stg_forecasting__totals') }}
    where metric = 'cost_usd'

),

horizons as (

    select arraySort(groupUniqArray(horizon_days)) as days from totals

),

-- What was known on the last day of a forecast, and what it expected of the days after it. The day of the
-- as-of date counts as over.
expected_days as (

    select
        periods.budget_id as budget_id,
        periods.period_start_date as period_start_date,
        periods.scope_id as scope_id,
        forecasts.cutoff_date as cutoff_date,
        any(periods.period_last_date) as period_last_date,
        any(if(
            periods.is_current and forecasts.cutoff_date = newest.cutoff_date,
            periods.as_of_date,
            forecasts.cutoff_date
        )) as known_date,
        tupleElement(arrayLast(day -> day.1 <= known_date, any(periods.spent_days)), 2) as spent_usd,
        avg(toDecimal128(forecasts.forecast, 12)) as mean_day_usd,
        arraySort(groupArray((forecasts.date, forecasts.forecast))) as forecast_days
    from periods
    inner join forecasts
        on periods.scope_id = forecasts.unique_id
    cross join newest
    where
        forecasts.cutoff_date <= periods.last_complete_date
        and (
            forecasts.cutoff_date between periods.period_start_date - 1 and periods.period_last_date - 1
            -- A forecast of some days ago is better than none; a week later it is past.
            or (
                periods.is_current
                and forecasts.cutoff_date = newest.cutoff_date
                and forecasts.cutoff_date > periods.last_complete_date - 7
            )
        )
    group by
        budget_id,
        period_start_date,
        scope_id,
        cutoff_date

),

-- A day beyond the last one that was forecast is expected to cost what the forecast days do on average.
outlooks as (

    select
        *,
        arrayMap(
            day -> (
                toDate(day),
                if(
                    has(forecast_days.1, toDate(day)),
                    forecast_days.2[indexOf(forecast_days.1, toDate(day))],
                    toFloat64(mean_day_usd)
                )
            ),
            range(toUInt32(known_date) + 1, toUInt32(period_last_date) + 1)
        ) as remaining_days,
        arraySum(remaining_days.2) as remaining_usd,
        length(remaining_days) as remaining_count,
        -- The shortest total that is as long, else the longest.
        arrayFirstOrNull(
            (days, place) -> days >= remaining_count or place = length(horizons.days),
            horizons.days,
            arrayEnumerate(horizons.days)
        ) as total_days
    from expected_days
    cross join horizons

)

select
    outlooks.budget_id as budget_id,
    outlooks.period_start_date as period_start_date,
    outlooks.cutoff_date as cutoff_date,
    outlooks.known_date as known_date,
    outlooks.spent_usd as spent_usd,
    outlooks.remaining_usd as remaining_usd,
    outlooks.remaining_days as remaining_days,
    -- The interval of so many days: that of the next longer total, scaled to this forecast; errors of days
    -- grow with the square root of their number.
    sqrt(remaining_count * toFloat64(totals.horizon_days)) / totals.horizon_days as width,
    if(totals.forecast > 0, remaining_usd / totals.forecast * totals.horizon_days / greatest(remaining_count, 1), 1.0) as scale,
    if(totals.unique_id = '', null, greatest(remaining_usd - (totals.forecast - totals.lo_80) * scale * width, 0)) as remaining_lo_80_usd,
    if(totals.unique_id = '', null, remaining_usd + (totals.hi_80 - totals.forecast) * scale * width) as remaining_hi_80_usd
from outlooks
left join totals
    on
        outlooks.scope_id = totals.unique_id
        and outlooks.cutoff_date = totals.cutoff_date
        and outlooks.total_days = totals.horizon_days
