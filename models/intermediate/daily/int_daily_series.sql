{{ config(order_by='(metric, unique_id, date)') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

evaluations as (

    select * from {{ ref('int_evaluations') }}

),

known_days as (

    select
        *,
        (series_kind, series_key) as series
    from {{ ref('int_daily_activity') }}

),

last_days as materialized (

    select max(date) as last_date from known_days

),

last_calls as (

    select max(called_at) as last_called_at
    from calls
    where called_date = (select last_date from last_days)

),

-- A day without anything is a zero, not a gap (K7).
series_days as (

    select
        series,
        arrayJoin(arrayMap(
            day -> toDate(day),
            range(toUInt32(min(date)), toUInt32((select last_date from last_days)) + 1)
        )) as date
    from known_days
    group by series

),

filled_days as (

    select
        series_days.series as series,
        series_days.date as date,
        arrayJoin(arrayConcat(
            [
                ('cost_usd', known_days.cost_usd),
                ('run_count', known_days.run_count),
                ('total_tokens', known_days.total_tokens)
            ],
            if(series.1 = 'workflow', [('analysed_cost_usd', known_days.analysed_cost_usd)], [])
        )) as measure

    from series_days
    left join known_days
        on
            series_days.series = known_days.series
            and series_days.date = known_days.date

),

-- A day without an evaluation has an unknown quality: left out, never zero.
quality_days as (

    select
        toDate(evaluations.evaluated_at) as date,
        arrayJoin([('total', ''), ('workflow', runs.workflow_id)]) as series,
        count() as evaluation_count,
        toFloat64(sum(toDecimal128(assumeNotNull(evaluations.score), 9))) / evaluation_count as avg_score

    from evaluations
    inner join runs
        on evaluations.run_id = runs.run_id
    where
        evaluations.score is not null
        and date <= (select last_date from last_days)
    group by
        date,
        series

),

all_days as (

    select
        series,
        date,
        measure.1 as metric,
        measure.2 as value,
        toUInt64(0) as evaluation_count
    from filled_days
    union all
    select
        series,
        date,
        'quality_score' as metric,
        avg_score as value,
        evaluation_count
    from quality_days

)

select
    ----------  ids
    if(series.1 = 'total', 'total', concat(series.1, ':', series.2)) as unique_id,
    toLowCardinality(series.1) as series_kind,
    series.2 as series_key,
    toLowCardinality(metric) as metric,

    ----------  numerics
    value,
    evaluation_count,

    ----------  booleans
    -- The last day is complete only if calls reach into its last hour.
    toBool(
        date < (select last_date from last_days)
        or toHour((select last_called_at from last_calls)) = 23
    ) as is_complete_day,

    ----------  dates
    date

from all_days
