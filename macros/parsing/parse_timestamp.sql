{% macro parse_timestamp(text) -%}
    {#- ISO 8601 in any offset, or a plain date and time, which is UTC. -#}
    parseDateTime64BestEffortOrNull({{ text }}, 3, 'UTC')
{%- endmacro %}
