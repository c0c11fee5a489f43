{% macro metric_in_words(number) -%}
    {#- A metric's value in its unit, over a column `unit` of the seed `metrics`. -#}
    multiIf(
        {{ number }} is null, 'unknown',
        unit = 'usd', {{ dollars('coalesce(' ~ number ~ ', 0)') }},
        unit = 'share', concat({{ rounded_half_up('coalesce(' ~ number ~ ', 0) * 100', 1) }}, '%'),
        unit = 'ms', concat({{ whole_number(number) }}, 'ms'),
        unit in ('score', 'stars'), {{ rounded_half_up('coalesce(' ~ number ~ ', 0)', 2) }},
        {{ grouped_number('abs(coalesce(' ~ number ~ ', 0))') }}
    )
{%- endmacro %}
