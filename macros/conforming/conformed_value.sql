{% macro conformed_value(name, type) -%}
    {#- A column of a source's conformed model in the contract's type; a number outside its domain is unknown. -#}
    {%- set domain = domain_of(name, type) -%}
    {%- set value = name -%}
    {%- if domain == 'units' -%}
        {%- set bounds = var('value_domains').units -%}
        {%- set value = 'mapFilter((unit, amount) -> amount between ' ~ bounds.min ~ ' and ' ~ bounds.max ~ ', ' ~ name ~ ')' -%}
    {%- elif domain in var('value_domains') -%}
        {%- set bounds = var('value_domains')[domain] -%}
        {%- set number = name -%}
        {%- set unknown = 'null' -%}
        {%- if 'Float64' in type -%}
            {#- Below a NULL without a type ClickHouse would keep nan and infinity, at which later casts fail. -#}
            {%- set number = 'cast(' ~ name ~ ' as Nullable(Float64))' -%}
            {%- set unknown = 'cast(null as Nullable(Float64))' -%}
        {%- endif -%}
        {%- set value = 'if(' ~ name ~ ' between ' ~ bounds.min ~ ' and ' ~ bounds.max ~ ', ' ~ number ~ ', ' ~ unknown ~ ')' -%}
        {%- if not type.startswith('Nullable') -%}
            {%- set value = 'ifNull(' ~ value ~ ', ' ~ empty_value(type) ~ ')' -%}
        {%- endif -%}
    {%- endif -%}
    cast({{ value }} as {{ type }})
{%- endmacro %}
