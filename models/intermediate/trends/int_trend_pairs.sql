{{ config(order_by='(period_kind, scope_kind, scope_key, metric)') }}

{%- set sums = [
    'cost_usd', 'run_count', 'call_count', 'total_tokens', 'input_tokens', 'output_tokens', 'failed_run_cost_usd',
    'error_call_cost_usd', 'tool_call_count', 'conversation_count', 'message_count',
] -%}

with

days as (

    select
        *,
        input_tokens + output_tokens as total_tokens
    from {{ ref('int_scope_days') }}
    where scope_kind not in {{ scopes_of_periods() }}

),

-- `all` has no period before it.
periods as (

    select
        period_kind,
        days,
        period_start_date,
        period_last_date,
        assumeNotNull(previous_start_date) as previous_first_date,
        assumeNotNull(previous_last_date) as previous_end_date,
        toUInt16(previous_end_date - previous_first_date + 1) as previous_days
    from {{ ref('int_periods') }}
    where
        is_newest
        and previous_start_date is not null

),

-- Both periods day by day from their last day backwards; days without anything are zeros. No period has 93 days.
both_periods as (

    select
        days.scope_kind as scope_kind,
        days.scope_key as scope_key,
        periods.period_kind as period_kind,
        any(periods.days) as current_days,
        any(periods.previous_days) as previous_days,
        -- Steps from a day's weekday to the same weekday in the period before.
        any(modulo(7 + toDayOfWeek(periods.previous_end_date) - toDayOfWeek(periods.period_last_date), 7)) as weekday_shift,
    {% for sum in sums -%}
        groupArrayInsertAtIf(0.0, 93) (
            toFloat64(days.{{ sum }}), toUInt32(periods.period_last_date - days.date), days.date >= periods.period_start_date
        ) as current_{{ sum }},
        groupArrayInsertAtIf(0.0, 93) (
            toFloat64(days.{{ sum }}), toUInt32(periods.previous_end_date - days.date), days.date < periods.period_start_date
        ) as previous_{{ sum }}{{ ',' if not loop.last }}
    {% endfor %}
    from periods
    cross join days
    where
        days.date between periods.period_start_date and periods.period_last_date
        or days.date between periods.previous_first_date and periods.previous_end_date
    group by
        scope_kind,
        scope_key,
        period_kind

),

unpivoted as (

    select
        scope_kind,
        scope_key,
        period_kind,
        current_days,
        previous_days,
        weekday_shift,
        arrayJoin([
            {% for sum in sums -%}
                (
                    '{{ sum }}',
                    arraySlice(current_{{ sum }}, 1, current_days),
                    arraySlice(previous_{{ sum }}, 1, previous_days)
                ){{ ',' if not loop.last }}
            {% endfor %}
        ]) as series
    from both_periods

),

paired as (

    select
        *,
        arrayFilter(value -> value > 0, arrayConcat(series.2, series.3)) as positive_values,
        if(empty(positive_values), 1.0, arrayReduce('quantileExactInclusive(0.5)', positive_values)) as scale,
        {{ weekday_differences('series.2', 'series.3', 'current_days', 'previous_days', 'weekday_shift', 'scale') }} as differences,
        toFloat64(length(differences)) as n
    from unpivoted

)

select
    scope_kind,
    scope_key,
    period_kind,
    series.1 as metric,
    toUInt16(n) as pair_count,
    {{ paired_t_value('differences') }} as t_value,
    if(t_value is null, null, {{ student_p_value('t_value', 'n - 1') }}) as p_value
from paired
