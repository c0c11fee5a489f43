{% macro severity_rank(severity) -%}
    {#- A severity as a number that the threshold of an alert rule can be compared with. -#}
    {%- set ranks = var('severity_ranks') -%}
    transform(
        toString({{ severity }}),
        [{% for name in ranks %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}],
        [{% for name in ranks %}{{ ranks[name] }}{{ ', ' if not loop.last }}{% endfor %}],
        0
    )
{%- endmacro %}
