{{ config(order_by='(scope_kind, scope_key, date)') }}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- Users, keys and tags are too many for a row per day: they are in the period mart.
known_days as (

    select * from {{ ref('int_scope_days') }}
    where scope_kind not in {{ scopes_of_periods() }}

),

-- A day without anything is a row of zeros, not a gap (K7).
days as (

    select
        scope_kind,
        scope_key,
        scope_id,
        arrayJoin(arrayMap(
            day -> toDate(day),
            range(toUInt32(min(known_days.date)), toUInt32((select as_of.as_of_date from as_of)) + 1)
        )) as date
    from known_days
    group by
        scope_kind,
        scope_key,
        scope_id

),

filled_days as (

    select
        days.scope_kind as scope_kind,
        days.scope_key as scope_key,
        days.scope_id as scope_id,
        days.date as date,
        known_days.* except (scope_kind, scope_key, scope_id, date)
    from days
    left join known_days
        on
            days.scope_kind = known_days.scope_kind
            and days.scope_key = known_days.scope_key
            and days.date = known_days.date

),

measured_days as (

    select
        *,
        {{ scope_metrics() }}
        coalesce(date <= (select as_of.last_complete_date from as_of), false) as is_complete
    from filled_days

)

select
    ----------  ids
    scope_kind,
    scope_key,
    scope_id,

    ----------  numerics
    {{ scope_metric_columns() }}

    ----------  booleans
    toBool(is_complete) as is_complete_day,

    ----------  dates
    date

from measured_days
