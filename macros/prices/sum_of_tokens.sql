{% macro sum_of_tokens(tokens) -%}
    {#- Of the calls whose tokens are known; those without usage are counted by themselves (K16). -#}
    sum(coalesce({{ tokens }}, 0))
{%- endmacro %}
