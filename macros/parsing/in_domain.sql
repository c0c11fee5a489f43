{% macro in_domain(value, domain, type='Float64') -%}
    {#-
        A number that is within its domain (var `value_domains`), else NULL; nan is within none. Below a NULL ClickHouse
        may keep the value itself, and casts of infinity fail even there: what is no number of its domain is 0 first.
    -#}
    {%- set is_within = 'given between ' ~ var('value_domains')[domain].min ~ ' and ' ~ var('value_domains')[domain].max -%}
    arrayMap(
        given -> if({{ is_within }}, if({{ is_within }}, given, cast(0 as {{ type }})), cast(null as Nullable({{ type }}))),
        [{{ value }}]
    )[1]
{%- endmacro %}
