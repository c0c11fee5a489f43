{%- set as_of_date = var('as_of_date') | string -%}

with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

-- The total has every day from the first to the last.
known_days as (

    select
        min(date) as first_known_date,
        max(date) as last_known_date,
        maxIf(date, is_complete_day) = last_known_date as is_last_day_complete
    from {{ ref('int_daily_series') }}
    where
        unique_id = 'total'
        and metric = 'cost_usd'

),

-- Without any data all three are 1970-01-01.
chosen_days as (

    select
        {% if as_of_date -%}
            if(last_known_date = toDate(0), last_known_date, toDate('{{ as_of_date }}')) as as_of_date,
        {% else -%}
            last_known_date as as_of_date,
        {% endif -%}
        if(
            as_of_date = toDate(0)
            or as_of_date < last_known_date
            or (as_of_date = last_known_date and is_last_day_complete),
            as_of_date,
            as_of_date - 1
        ) as last_complete_date,
        least(first_known_date, as_of_date) as first_date
    from known_days

),

last_calls as (

    select max(calls.called_at) as called_at from calls
    where calls.called_date <= (select chosen_days.as_of_date from chosen_days)

),

last_runs as (

    select max(runs.ended_at) as ended_at from runs
    where toDate(runs.ended_at) <= (select chosen_days.as_of_date from chosen_days)

)

select
    as_of_date,
    last_complete_date,
    first_date,
    -- The last thing that happened by the end of the day: what document C calls the time of generation.
    greatest(
        (select last_calls.called_at from last_calls),
        coalesce((select last_runs.ended_at from last_runs), toDateTime64(0, 3, 'UTC'))
    ) as last_event_at
from chosen_days
