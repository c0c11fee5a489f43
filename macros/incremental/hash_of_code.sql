{% macro hash_of_code(folders, var_names) -%}
    {#- Of the models in some folders of `models/`, of the vars that they read, and of every macro. -#}
    {%- if execute -%}
        {%- set versions = [] -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.resource_type == 'model' and node.fqn[1] in folders -%}
                {%- do versions.append(node.unique_id ~ node.checksum.checksum) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- Macros are not in dbt's graph, but in its context; which of them a model uses it does not tell. -#}
        {%- for name, callable in context['tokenhouse'].items() -%}
            {%- do versions.append(name ~ callable.macro.macro_sql) -%}
        {%- endfor -%}
        {%- for name in var_names -%}
            {%- do versions.append(name ~ (var(name) | tojson)) -%}
        {%- endfor -%}
        {{- local_md5(versions | sort | join) -}}
    {%- endif -%}
{%- endmacro %}
