{% macro column_type(relation, column_name) -%}
    {#- Empty while dbt only parses, and where the relation has no such column. -#}
    {%- set types = [] -%}
    {%- if execute and adapter is defined -%}
        {%- for column in adapter.get_columns_in_relation(relation) if column.name == column_name -%}
            {%- do types.append(column.data_type) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(types | first | default('')) -}}
{%- endmacro %}
