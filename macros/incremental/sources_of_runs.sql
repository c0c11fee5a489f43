{% macro sources_of_runs(runs) -%}
    {#- The declared sources, in their order, that some runs are read by. -#}
    {%- if not execute or load_relation(ref('int_run_versions')) is none -%}
        {{- return(var('sources')) -}}
    {%- endif -%}
    {%- set found = run_query('select distinct read_by from (' ~ runs ~ ')').columns[0].values() -%}
    {%- set sources = [] -%}
    {%- for source_name in var('sources') if source_name in found -%}
        {%- do sources.append(source_name) -%}
    {%- endfor -%}
    {{- return(sources) -}}
{%- endmacro %}
