{% macro iso_time(moment) -%}
    {#- A moment as documents write it: 2025-11-18T10:30:00.000Z. -#}
    concat(
        formatDateTime({{ moment }}, '%Y-%m-%dT%H:%i:%S', 'UTC'), '.',
        leftPad(toString(modulo(toUnixTimestamp64Milli({{ moment }}), 1000)), 3, '0'), 'Z'
    )
{%- endmacro %}
