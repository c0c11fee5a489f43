{% macro parse_count(text) -%}
    {#- Spreadsheets and data frames write whole numbers as 12.0 and 1,000,000; what is unreadable, or below 0, is unknown. -#}
    if(
        toUInt64OrNull({{ text }}) is not null,
        toUInt64OrNull({{ text }}),
        accurateCastOrNull(round(toFloat64OrNull({{ readable_number(text, is_count=true) }})), 'UInt64')
    )
{%- endmacro %}
