{% macro history_until(histories, place, history_runs) -%}
    {#- What is known of the last runs up to and with a place, from a block of `histories`; nothing at place -1. -#}
    arraySlice(
        arraySlice(
            {{ histories }}.residuals_until,
            1,
            if({{ place }} < 0, 0, {{ histories }}.previous_count + {{ place }} % {{ history_runs }} + 1)
        ),
        -{{ history_runs }}
    )
{%- endmacro %}
