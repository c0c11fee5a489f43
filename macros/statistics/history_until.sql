{% macro history_until(histories, place, reach) -%}
    {#- The residuals up to and with a place, as many as are within reach, from a block of `histories`; none at place -1. -#}
    if(
        {{ place }} < 0,
        emptyArrayFloat64(),
        arraySlice(
            arraySlice({{ histories }}.residuals_until, 1, {{ histories }}.previous_count + {{ place }} % {{ reach }} + 1),
            -{{ reach }}
        )
    )
{%- endmacro %}
