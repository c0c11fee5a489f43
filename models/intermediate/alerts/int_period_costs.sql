{{ config(materialized='view') }}

{%- set spike = var('period_cost_spike_pct') -%}

{#- Complete weeks and months of those who answer for money, with the one before; of which all days were logged. -#}
with

days as (

    select * from {{ ref('int_scope_days') }}
    where scope_kind in ('total', 'organization', 'team', 'project', 'workflow')

),

periods as (

    select * from {{ ref('int_periods') }}
    where
        period_kind in ('week', 'month')
        and is_complete

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

costs as (

    select
        days.scope_kind as scope_kind,
        days.scope_key as scope_key,
        days.scope_id as scope_id,
        periods.period_kind as period_kind,
        periods.period_start_date as period_start_date,
        any(periods.period_last_date) as period_last_date,
        sumIf(days.cost_usd, days.date >= periods.period_start_date) as cost_usd,
        sumIf(days.cost_usd, days.date < periods.period_start_date) as previous_cost_usd
    from periods
    cross join days
    where
        days.date between periods.previous_start_date and periods.period_last_date
        and periods.previous_start_date >= (select as_of.first_date from as_of)
    group by
        scope_kind,
        scope_key,
        scope_id,
        period_kind,
        period_start_date

)

select
    *,
    toFloat64(cost_usd - previous_cost_usd) / toFloat64(previous_cost_usd) * 100 as change_pct,
    multiIf(
        {{ rounded('change_pct') }} >= {{ spike.critical }}, 'critical',
        {{ rounded('change_pct') }} >= {{ spike.warning }}, 'warning',
        'none'
    ) as severity
from costs
where previous_cost_usd > 0
