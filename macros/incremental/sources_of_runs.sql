{% macro sources_of_runs(runs) -%}
    {#- The declared sources, in their order, that some runs are read by. -#}
    {%- if not execute or load_relation(ref('int_run_versions')) is none -%}
        {{- return(var('sources')) -}}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for row in run_query('select distinct read_by from (' ~ runs ~ ')').rows -%}
        {%- do found.append(row[0]) -%}
    {%- endfor -%}
    {{- return(var('sources') | select('in', found) | list) -}}
{%- endmacro %}
