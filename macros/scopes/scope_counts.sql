{% macro scope_counts() -%}
    {#- What of a scope's day the marts show as it is, with the type that they show it in. -#}
    {%- set columns = [] -%}
    {%- for part in scope_day_parts().values() -%}
        {%- for column in part if not column.startswith('log_') -%}
            {%- do columns.append(column) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
