{% macro runs_above(values, baseline_values) -%}
    {#- For each value how many baseline values are above it; of equal ones half. -#}
    arrayMap(own -> arraySum(other -> (other > own) + (other >= own), {{ baseline_values }}) / 2, {{ values }})
{%- endmacro %}
