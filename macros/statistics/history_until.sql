{% macro history_until(histories, place, history_runs) -%}
    {#- The residuals of the last runs up to and with a place, from a block of `histories`; none at place -1. -#}
    if(
        {{ place }} < 0,
        emptyArrayFloat64(),
        arraySlice(
            arraySlice({{ histories }}.residuals_until, 1, {{ histories }}.previous_count + {{ place }} % {{ history_runs }} + 1),
            -{{ history_runs }}
        )
    )
{%- endmacro %}
