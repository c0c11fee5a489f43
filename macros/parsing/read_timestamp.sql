{% macro read_timestamp(text, date_order=none) -%}
    {#-
        ISO 8601 in any offset, or a plain date and time, which is UTC. Where a file settled that its dates are written
        month first, loading says so in `date_order`.
    -#}
    {%- if date_order is none -%}
        parseDateTime64BestEffortOrNull({{ text }}, 3, 'UTC')
    {%- else -%}
        if(
            {{ date_order }} = 'month_first',
            parseDateTime64BestEffortUSOrNull({{ text }}, 3, 'UTC'),
            parseDateTime64BestEffortOrNull({{ text }}, 3, 'UTC')
        )
    {%- endif -%}
{%- endmacro %}
