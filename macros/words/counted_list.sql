{% macro counted_list(counts, most) -%}
    {#- The largest counts of a map, as (key, count, share of all), the largest first, then by key. -#}
    arrayMap(
        row -> (row.2, toUInt64(-row.1), -row.1 / arraySum(mapValues({{ counts }}))),
        arraySlice(arraySort(arrayMap((name, number) -> (-toInt64(number), name), mapKeys({{ counts }}), mapValues({{ counts }}))), 1, {{ most }})
    )
{%- endmacro %}
