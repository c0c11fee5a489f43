{% macro history_until(histories, place, history_runs, element, last_runs) -%}
    {#- One value of each of the last runs up to and with a place, from a block of `histories`; nothing at place -1. -#}
    {%- set run_count -%}
        if({{ place }} < 0, 0, {{ histories }}.previous_count + {{ place }} % {{ history_runs }} + 1)
    {%- endset -%}
    arraySlice(
        tupleElement({{ histories }}.residuals_until, {{ element }}),
        greatest(1, toInt64({{ run_count }}) - {{ last_runs - 1 }}),
        least({{ last_runs }}, {{ run_count }})
    )
{%- endmacro %}
