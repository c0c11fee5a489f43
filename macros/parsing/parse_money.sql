{% macro parse_money(text) -%}
    {#- Money is exact from here on: Decimal(18, 12), K10. -#}
    toDecimal64OrNull({{ text }}, 12)
{%- endmacro %}
