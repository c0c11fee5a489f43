{% macro float_as_money(number) -%}
    {#- A float as money, by its shortest text: cast directly, 0.1418058 would become 0.141805799999. -#}
    toDecimal128(toString(round(assumeNotNull({{ number }}), 12)), 12)
{%- endmacro %}
