{% macro sum_of_costs(cost) -%}
    {#- Sums widen (K10), and a sum over nothing is no money, not an unknown amount. -#}
    sum(toDecimal128(coalesce({{ cost }}, 0), 12))
{%- endmacro %}
