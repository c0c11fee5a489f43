{{ config(order_by='date') }}

{#-
    What the runs of a day are, as numbers: what is computed from the runs of a day is computed again when the day's
    number changes. To find the days that changed, two columns of all runs are read, and no other.
-#}
with

runs as (

    select
        toDate(started_at) as started_date,
        toDate(assumeNotNull(ended_at)) as ended_date,
        is_completed,
        row_version
    from {{ ref('int_runs') }}

),

-- A row for the runs that started on a day, one for those that ended on it, one for what sub-runs change.
counted_days as (

    select
        started_date as date,
        count() as started_run_count,
        sum(row_version) as started_sum,
        toUInt64(0) as ended_run_count,
        toUInt64(0) as ended_sum
    from runs
    group by date
    union all
    select
        ended_date as date,
        toUInt64(0) as started_run_count,
        toUInt64(0) as started_sum,
        count() as ended_run_count,
        sum(row_version) as ended_sum
    from runs
    where is_completed
    group by date
    union all
    select
        ended_date as date,
        toUInt64(0) as started_run_count,
        toUInt64(0) as started_sum,
        toUInt64(0) as ended_run_count,
        sum(children_version) as ended_sum
    from {{ ref('int_run_children') }}
    group by date

),

days as (

    select
        date,
        sum(counted_days.started_run_count) as started_run_count,
        sum(counted_days.started_sum) as started_sum,
        sum(counted_days.ended_run_count) as ended_run_count,
        sum(counted_days.ended_sum) as ended_sum
    from counted_days
    group by date

),

chained_days as (

    select
        *,
        sum(ended_sum) over (
            order by date
            rows between unbounded preceding and current row
        ) as day_end_version
    from days

)

select
    date,
    started_run_count,
    ended_run_count,
    -- Of all runs that ended before the day, and by its end.
    toUInt64(day_end_version - ended_sum) as day_start_version,
    day_end_version,
    -- Of the runs that started on the day, and of all that may have ended before one of them.
    cityHash64(started_sum, day_end_version) as started_version
from chained_days
