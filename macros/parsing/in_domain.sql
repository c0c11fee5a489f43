{% macro in_domain(value, domain, type='Float64') -%}
    {#-
        A number that is within its domain (var `value_domains`), else NULL; nan is within none. The NULL has a type, because
        ClickHouse keeps the value itself below one without, and casts of infinity fail even there.
    -#}
    arrayMap(
        given -> if(
            given between {{ var('value_domains')[domain].min }} and {{ var('value_domains')[domain].max }},
            given,
            cast(null as Nullable({{ type }}))
        ),
        [{{ value }}]
    )[1]
{%- endmacro %}
