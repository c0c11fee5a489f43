{{ config(order_by='(period_kind, metric, scope_id, date)') }}

{#-
    Numerator and denominator of each metric that a rule of the seed `insight_rules` looks at as a trend; a sum has no denominator.
-#}
{%- set metrics = {
    'cost_usd': ('cost_usd', none),
    'run_count': ('run_count', none),
    'failure_share': ('failed_run_count', 'completed_run_count + failed_run_count'),
    'avg_duration_ms': ('run_duration_ms_sum', 'length(durations_ms)'),
    'qa_pass_share': ('qa_passed_count', 'qa_passed_count + qa_warning_count + qa_failed_count'),
    'success_share': ('success_count', 'success_evaluation_count'),
    'avg_rating': ('rating_sum', 'rating_count'),
    'sentiment_score': ('sentiment_sum', 'sentiment_count'),
} -%}
{%- set history_days = var('insights').history_days -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

measured_days as (

    select
        days.scope_id as scope_id,
        days.date as date,
        toUInt32(days.date) as day_number,
        arrayJoin([
            {% for metric, parts in metrics.items() -%}
                ('{{ metric }}', toFloat64({{ parts[0] }}), toFloat64({{ parts[1] or 1 }}), {{ 'false' if parts[1] else 'true' }}){{ ',' if not loop.last }}
            {% endfor %}
        ]) as part,
        part.1 as metric,
        part.2 as numerator,
        part.3 as denominator,
        part.4 as is_sum
    from {{ ref('int_scope_days') }} as days
    cross join as_of
    where
        days.date between as_of.last_complete_date - 3 * {{ history_days }} and as_of.last_complete_date
        and days.scope_kind in ('total', 'organization', 'project', 'workflow', 'provider', 'model')

),

windows as (

    {% for days in var('insights').days -%}
        select
            'last_{{ days }}d' as period_kind,
            scope_id,
            metric,
            date,
            is_sum,
            sum(numerator) over current_days as current_numerator,
            sum(denominator) over current_days as current_denominator,
            sum(numerator) over previous_days as previous_numerator,
            sum(denominator) over previous_days as previous_denominator
        from measured_days
        window
            current_days as (partition by scope_id, metric order by day_number range between {{ days | int(7) - 1 }} preceding and current row),
            previous_days as (partition by scope_id, metric order by day_number range between {{ 2 * (days | int(7)) - 1 }} preceding and {{ days | int(7) }} preceding)
        {% if not loop.last -%}
            union all
        {% endif -%}
    {%- endfor %}

)

select
    period_kind,
    scope_id,
    metric,
    windows.date as date,
    if(is_sum, toNullable(current_numerator), current_numerator / nullIf(current_denominator, 0)) as current_value,
    if(is_sum, toNullable(previous_numerator), previous_numerator / nullIf(previous_denominator, 0)) as previous_value
from windows
cross join as_of
where windows.date > as_of.last_complete_date - {{ history_days }}
