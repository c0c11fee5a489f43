{{ config(order_by='(period_kind, period_start_date, scope_id)') }}

{%- set spike = var('period_cost_spike_pct') -%}
{%- set test = var('trend_test') -%}

{#- Complete weeks and months of those who answer for money, with the one before; of which all days were logged. -#}
with

days as (

    select * from {{ ref('int_scope_days') }}
    where
        scope_kind = 'total'
        -- Nobody answers for what is of no team or project.
        or (scope_kind in ('organization', 'team', 'project', 'workflow') and scope_key != '')

),

periods as (

    select
        *,
        assumeNotNull(previous_last_date) as previous_end_date,
        toUInt16(previous_end_date - assumeNotNull(previous_start_date) + 1) as previous_days
    from {{ ref('int_periods') }}
    where
        period_kind in ('week', 'month')
        and is_complete
        and previous_start_date is not null

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- With both periods day by day from their last day backwards; days without anything are zeros.
costs as (

    select
        days.scope_kind as scope_kind,
        days.scope_key as scope_key,
        days.scope_id as scope_id,
        periods.period_kind as period_kind,
        periods.period_start_date as period_start_date,
        any(periods.period_last_date) as period_last_date,
        sumIf(days.cost_usd, days.date >= periods.period_start_date) as cost_usd,
        sumIf(days.cost_usd, days.date < periods.period_start_date) as previous_cost_usd,
        any(periods.days) as current_days,
        any(periods.previous_days) as previous_days,
        any(modulo(7 + toDayOfWeek(periods.previous_end_date) - toDayOfWeek(periods.period_last_date), 7)) as weekday_shift,
        groupArrayInsertAtIf(0.0, 31) (
            toFloat64(days.cost_usd), toUInt32(periods.period_last_date - days.date), days.date >= periods.period_start_date
        ) as daily_costs,
        groupArrayInsertAtIf(0.0, 31) (
            toFloat64(days.cost_usd), toUInt32(periods.previous_end_date - days.date), days.date < periods.period_start_date
        ) as previous_daily_costs,
        arrayReduce('quantileExactInclusive(0.5)', groupArrayIf(toFloat64(days.cost_usd), days.cost_usd > 0)) as scale
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

),

tested as (

    select
        *,
        toFloat64(cost_usd - previous_cost_usd) / toFloat64(previous_cost_usd) * 100 as change_pct,
        {{ weekday_differences('daily_costs', 'previous_daily_costs', 'current_days', 'previous_days', 'weekday_shift', 'scale') }}
            as differences,
        {{ paired_t_value('differences') }} as t_value,
        if(t_value is null, null, {{ student_p_value('t_value', 'toFloat64(length(differences)) - 1') }}) as p_value
    from costs
    where previous_cost_usd > 0

),

-- Benjamini-Hochberg over all that is tested of a period.
ranked as (

    select
        *,
        row_number() over (partition by period_kind, period_start_date, p_value is null order by p_value, scope_id) as p_rank,
        count() over (partition by period_kind, period_start_date, p_value is null) as test_count
    from tested

)

select
    scope_kind,
    scope_key,
    scope_id,
    period_kind,
    period_start_date,
    period_last_date,
    cost_usd,
    previous_cost_usd,
    change_pct,
    p_value,
    multiIf(
        {{ rounded('change_pct') }} >= {{ spike.critical }}, 'critical',
        {{ rounded('change_pct') }} >= {{ spike.warning }}, 'warning',
        'none'
    ) as severity,
    if(p_value is null, null, min(least(1.0, p_value * (test_count / p_rank))) over (
        partition by period_kind, period_start_date, p_value is null
        order by p_rank
        rows between current row and unbounded following
    )) as adjusted_p_value,
    -- Beyond chance, and large enough to be called significant.
    multiIf(
        coalesce(adjusted_p_value, 1) > {{ test.false_discovery_rate }} or {{ rounded('change_pct') }} < {{ test.significant_pct }}, 'none',
        severity = 'critical', 'critical',
        'warning'
    ) as calibrated_severity
from ranked
