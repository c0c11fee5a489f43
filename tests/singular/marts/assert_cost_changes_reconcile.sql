-- R062: contributors to a change add up to what the scope cost in both periods, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'mart_cost_changes'}}}) }}

with

changes as (

    select
        scope_id,
        period_kind,
        any(period_start_date) as start_date,
        any(previous_start_date) as previous_start_date,
        any(previous_last_date) as previous_last_date,
        any(period_last_date) as last_date,
        sum(current_cost_usd) as current_usd,
        sum(previous_cost_usd) as previous_usd
    from {{ ref('mart_cost_changes') }}
    group by
        scope_id,
        period_kind

),

days as (

    select * from {{ ref('mart_daily_metrics') }}

)

select
    changes.scope_id as scope_id,
    changes.period_kind as period_kind,
    any(changes.current_usd) as changes_usd,
    sumIf(days.cost_usd, days.date between changes.start_date and changes.last_date) as days_usd,
    any(changes.previous_usd) as previous_changes_usd,
    sumIf(days.cost_usd, days.date between changes.previous_start_date and changes.previous_last_date) as previous_days_usd
from changes
inner join days
    on changes.scope_id = days.scope_id
group by
    scope_id,
    period_kind
having
    changes_usd != days_usd
    or previous_changes_usd != previous_days_usd
