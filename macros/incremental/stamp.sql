{% macro stamp() -%}
    {#- Names the code and vars that this model's rows are computed with. -#}
    {%- set version = (
        code_version() if model.fqn[1] in ('staging', 'conformed', 'intermediate')
        else mart_version() if model.fqn[1] == 'marts'
        else judgement_version()
    ) -%}
    {{- return('built with code ' ~ version[:12]) -}}
{%- endmacro %}
