{% macro rounded(value) -%}
    {#- A number as it is compared with a bound: what lies exactly on the bound must not fall to either side by the last bit of a float. -#}
    round({{ value }}, {{ var('comparison_decimals') }})
{%- endmacro %}
