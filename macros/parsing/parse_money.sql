{% macro parse_money(text) -%}
    {#-
        Money is exact from here on, and may exceed a million: Decimal(38, 12), K10 and K20. What is unreadable or outside
        its domain is unknown: a cost below zero is nothing that anybody was billed.
    -#}
    {{ in_domain("toDecimal128OrNull(" ~ readable_number(text) ~ ", 12)", 'money', 'Decimal(38, 12)') }}
{%- endmacro %}
