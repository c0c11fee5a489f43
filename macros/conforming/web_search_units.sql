{% macro web_search_units(requests) -%}
    {#- Web searches as the units that a price row may have a price for; none where there were none. -#}
    cast(
        if(coalesce({{ requests }}, 0) = 0, map(), map('web_search', {{ requests }}))
        as Map(String, Decimal(38, 12))
    )
{%- endmacro %}
