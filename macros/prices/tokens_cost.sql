{% macro tokens_cost(tokens, usd_per_million_tokens) -%}
    {#- Exact, in millionths of a US dollar with 12 decimals; what is not billed needs no count. -#}
    if({{ usd_per_million_tokens }} = 0, 0, ({{ tokens }}) * {{ usd_per_million_tokens }})
{%- endmacro %}
