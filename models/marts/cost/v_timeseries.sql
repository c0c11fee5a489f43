-- A table: readers of a snapshot have the marts, and not what lies below them.
{{ config(materialized='table') }}

with

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

daily as (

    select * from {{ ref('mart_daily_metrics') }}
    where scope_kind = 'total'

),

-- Complete days only; those before the first one are zeros too.
days as (

    select
        arrayJoin(arrayMap(
            day -> last_complete_date - day,
            range({{ var('analytics').timeseries_days }})
        )) as day
    from as_of

)

select
    days.day as date,
    formatDateTime(days.day, '%m-%d') as label,
    daily.run_count as runs,
    daily.total_tokens as tokens,
    daily.cost_usd as cost_usd,
    daily.qa_passed_count as qa_passed,
    daily.qa_warning_count as qa_warning,
    daily.qa_failed_count as qa_failed
from days
left join daily
    on days.day = daily.date
order by date
