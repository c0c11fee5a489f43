{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- A layer is a database, named for the layer alone; only models outside the layers fall back. -#}
    {%- if custom_schema_name is none -%}
        {{ target.schema }}
    {%- else -%}
        {{ env_var('TOKENHOUSE_DATABASE_PREFIX', '') }}{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
