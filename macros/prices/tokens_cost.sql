{% macro tokens_cost(tokens, usd_per_million_tokens) -%}
    {#- Exact: a count times a price with 6 decimals, over 10^6, has 12 decimals (K10). -#}
    toDecimal128(({{ tokens }}) * toDecimal128({{ usd_per_million_tokens }}, 6), 12) / 1000000
{%- endmacro %}
