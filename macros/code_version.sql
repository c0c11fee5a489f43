{% macro code_version() -%}
    {#-
        Changes with the code that reads the logs: rows computed by other code are computed anew, so an
        upgrade needs no full refresh. Macros are not in dbt's graph: after editing one, refresh in full.
    -#}
    {%- if execute -%}
        {%- set versions = [] -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.resource_type == 'model' and node.fqn[1] in ['staging', 'intermediate'] -%}
                {%- do versions.append(node.unique_id ~ node.checksum.checksum) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name in ['method', 'chars', 'score'] -%}
            {%- do versions.append(var('input_category_' ~ name) | tojson) -%}
        {%- endfor -%}
        {%- do versions.append(var('input_complexity') | tojson) -%}
        {{- local_md5(versions | sort | join) -}}
    {%- endif -%}
{%- endmacro %}
