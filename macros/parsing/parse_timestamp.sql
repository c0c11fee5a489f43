{% macro parse_timestamp(text, date_order=none) -%}
    {#- A moment as logs write it; one that is not plausible is unknown. -#}
    {{ plausible_time(read_timestamp(text, date_order)) }}
{%- endmacro %}
