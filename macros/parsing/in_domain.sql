{% macro in_domain(value, domain) -%}
    {#- A number that is within its domain (var `value_domains`), else NULL; nan is within none. -#}
    arrayMap(
        given -> if(given between {{ var('value_domains')[domain].min }} and {{ var('value_domains')[domain].max }}, given, null),
        [{{ value }}]
    )[1]
{%- endmacro %}
