{% macro attention_ranks() -%}
    {#- Severities of alerts and insights, the gravest first. -#}
    ['critical', 'major', 'warning', 'minor', 'info']
{%- endmacro %}
