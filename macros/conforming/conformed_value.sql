{% macro conformed_value(name, type) -%}
    {#- A column of a source's conformed model in the contract's type; a number outside its domain is unknown. -#}
    {%- set domain = domain_of(name, type) -%}
    {%- set value = name -%}
    {%- if domain == 'units' -%}
        {%- set bounds = var('value_domains').units -%}
        {%- set value = 'mapFilter((unit, amount) -> amount between ' ~ bounds.min ~ ' and ' ~ bounds.max ~ ', ' ~ name ~ ')' -%}
    {%- elif domain in var('value_domains') -%}
        {%- set bounds = var('value_domains')[domain] -%}
        {%- set value = 'if(' ~ name ~ ' between ' ~ bounds.min ~ ' and ' ~ bounds.max ~ ', ' ~ name ~ ', null)' -%}
        {%- if not type.startswith('Nullable') -%}
            {%- set value = 'ifNull(' ~ value ~ ', ' ~ empty_value(type) ~ ')' -%}
        {%- endif -%}
    {%- endif -%}
    cast({{ value }} as {{ type }})
{%- endmacro %}
