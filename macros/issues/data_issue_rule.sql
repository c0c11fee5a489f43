{% macro data_issue_rule(kind, text) -%}
    {#- What a suspect value breaks, in words; empty where it is only written in an unusual way. -#}
    {%- set times = var('plausible_times') -%}
    {%- set number = 'toFloat64OrNull(' ~ readable_number(text) ~ ')' -%}
    {%- set count = 'toFloat64OrNull(' ~ readable_number(text, is_count=true) ~ ')' -%}
    multiIf(
        {{ kind }} = 'undated', 'has no time',
        {{ kind }} in ('end', 'end_ns'), 'is before the start',
        {{ kind }} = 'dropped', 'is no whole number from 0',
        {{ kind }} in ('time', 'clock'), multiIf(
            moment is null, 'is no time',
            moment < toDateTime64('{{ times.first_date }} 00:00:00', 3, 'UTC'), 'is before {{ times.first_date }}',
            'is more than {{ times.max_days_ahead }} days after it was loaded'
        ),
        {{ kind }} in ('clock_s', 'clock_ms', 'clock_ns', 'time_ns'), 'is no plausible time',
        {%- for name, bounds in var('value_domains').items() %}
        {%- set read = count if name in ('tokens', 'count') else number %}
        {{ kind }} = '{{ name }}', multiIf(
            {{ read }} is null or not isFinite(assumeNotNull({{ read }})), 'is no number',
            {{ read }} < {{ bounds.min }}, 'is below {{ bounds.min }}',
            {{ read }} > {{ bounds.max }}, 'is above {{ bounds.max }}',
            ''
        ),
        {%- endfor %}
        ''
    )
{%- endmacro %}
