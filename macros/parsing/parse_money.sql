{% macro parse_money(text) -%}
    {#- Money is exact from here on, and may exceed a million: Decimal(38, 12), K10 and K20. What is unreadable is unknown. -#}
    toDecimal128OrNull({{ readable_number(text) }}, 12)
{%- endmacro %}
