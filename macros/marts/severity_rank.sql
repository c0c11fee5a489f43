{% macro severity_rank(severity) -%}
    {#- A severity as a number that the threshold of an alert rule can be compared with. -#}
    {%- set ranks = var('severity_ranks') -%}
    transform(toString({{ severity }}), {{ ranks.keys() | list }}, {{ ranks.values() | list }}, 0)
{%- endmacro %}
