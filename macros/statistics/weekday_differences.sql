{% macro weekday_differences(current, previous, current_days, previous_days, weekday_shift, scale) -%}
    {#-
        The k-th newest Monday less the k-th newest Monday of the period before, for each day; both are arrays of daily
        values from the last day backwards. The scale makes small and large days comparable.
    -#}
    arrayMap(
        pair -> asinh({{ current }}[pair.1] / {{ scale }}) - asinh({{ previous }}[pair.2] / {{ scale }}),
        arrayFilter(
            pair -> pair.2 <= {{ previous_days }},
            arrayMap(
                place -> (place, 1 + 7 * intDiv(place - 1, 7) + modulo(modulo(place - 1, 7) + {{ weekday_shift }}, 7)),
                range(1, toUInt32({{ current_days }}) + 1)
            )
        )
    )
{%- endmacro %}
