{{ config(order_by='(period_kind, metric, scope_id, date)') }}

{#- Numerator and denominator of each metric that adds up over days; a sum has no denominator. -#}
{%- set metrics = {
    'cost_usd': ('cost_usd', none),
    'run_count': ('run_count', none),
    'call_count': ('call_count', none),
    'input_tokens': ('input_tokens', none),
    'output_tokens': ('output_tokens', none),
    'total_tokens': ('input_tokens + output_tokens', none),
    'failed_run_cost_usd': ('failed_run_cost_usd', none),
    'error_call_cost_usd': ('error_call_cost_usd', none),
    'tool_call_count': ('tool_call_count', none),
    'conversation_count': ('conversation_count', none),
    'message_count': ('message_count', none),
    'avg_cost_per_run_usd': ('cost_usd', 'run_count'),
    'avg_duration_ms': ('run_duration_ms_sum', 'length(durations_ms)'),
    'avg_latency_ms': ('latency_ms_sum', 'length(latencies_ms)'),
    'avg_rating': ('rating_sum', 'rating_count'),
    'avg_score': ('score_sum', 'score_count'),
    'sentiment_score': ('sentiment_sum', 'sentiment_count'),
    'qa_pass_share': ('qa_passed_count', 'qa_passed_count + qa_warning_count + qa_failed_count'),
    'failed_cost_share': ('failed_run_cost_usd', 'cost_usd'),
    'failure_share': ('failed_run_count', 'completed_run_count + failed_run_count'),
    'error_share': ('error_call_count', 'call_count'),
    'success_share': ('success_count', 'success_evaluation_count'),
    'sla_breach_share': ('sla_breach_count', 'length(latencies_ms)'),
    'cache_read_share': ('cache_read_tokens', 'input_tokens'),
    'tool_error_share': ('tool_error_count', 'tool_call_count'),
    'cost_per_message_usd': ('cost_usd', 'call_count'),
    'tokens_per_message': ('input_tokens + output_tokens', 'call_count'),
} -%}
{%- set history_days = var('insights').history_days -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

-- Only what a rule looks at.
ruled as (

    select groupUniqArray(rules.metric) as metrics
    from {{ ref('insight_rules') }} as rules
    where rules.is_enabled

),

measured_days as (

    select
        days.scope_id as scope_id,
        days.date as date,
        toUInt32(days.date) as day_number,
        arrayJoin(arrayFilter(part -> has((select ruled.metrics from ruled), part.1), [
            {% for metric, parts in metrics.items() -%}
                ('{{ metric }}', toFloat64({{ parts[0] }}), toFloat64({{ parts[1] or 1 }}), {{ 'false' if parts[1] else 'true' }}){{ ',' if not loop.last }}
            {% endfor %}
        ])) as part,
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
