{% macro billing_provider(name) -%}
    {#- Who sends the bill, by the name that the price book has for it (var provider_names). -#}
    {%- set names = var('provider_names') -%}
    {%- set family = "replaceRegexpOne(lower(" ~ name ~ "), '" ~ var('provider_name_suffix') ~ "', '\\\\1')" -%}
    transform(
        {{ family }},
        ['{{ names.keys() | join("', '") }}'],
        ['{{ names.values() | join("', '") }}'],
        {{ family }}
    )
{%- endmacro %}
