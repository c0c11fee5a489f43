{% macro parse_count(text) -%}
    {#- Spreadsheets and data frames write whole numbers as 12.0; anything unreadable is unknown. -#}
    coalesce(
        toUInt64OrNull({{ text }}),
        accurateCastOrNull(round(toFloat64OrNull({{ text }})), 'UInt64')
    )
{%- endmacro %}
