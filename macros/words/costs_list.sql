{% macro costs_list(costs) -%}
    {#- A map of costs as (key, cost, share of all), the most expensive first. -#}
    arrayMap(
        row -> (row.2, -row.1, if(arraySum(mapValues({{ costs }})) = 0, 0.0, -row.1 / arraySum(mapValues({{ costs }})))),
        arraySort(arrayMap((name, usd) -> (-usd, name), mapKeys({{ costs }}), mapValues({{ costs }})))
    )
{%- endmacro %}
