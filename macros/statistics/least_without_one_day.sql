{% macro least_without_one_day(values, dates, is_mean) -%}
    {#- Where values have no other day, none of them would be left: 0. -#}
    arrayMin(arrayMap(
        one_day -> coalesce(
            arrayReduce('medianOrNull', arrayFilter((value, day) -> day != one_day and not {{ is_mean }}, {{ values }}, {{ dates }})),
            arrayReduce('avgOrNull', arrayFilter((value, day) -> day != one_day and {{ is_mean }}, {{ values }}, {{ dates }})),
            0.
        ),
        arrayDistinct({{ dates }})
    ))
{%- endmacro %}
