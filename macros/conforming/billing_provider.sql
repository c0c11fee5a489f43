{% macro billing_provider(name) -%}
    {#- Who sends the bill, by the name that the price book has for it (var provider_names). -#}
    {{ mapped(
        "replaceRegexpOne(lower(" ~ name ~ "), '" ~ var('provider_name_suffix') ~ "', '\\\\1')",
        var('provider_names')
    ) }}
{%- endmacro %}
