{% macro history_until(histories, values, run_count, last_runs) -%}
    {#- Values of the last runs, by place, an array for each, where so many runs of a block of `histories` and the one before it are earlier. -#}
    {%- for value in values -%}
        arraySlice(
            {{ histories }}.{{ value }}_until,
            greatest(1, toInt64({{ run_count }}) - {{ last_runs }} + 1),
            least({{ last_runs }}, {{ run_count }})
        ){{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
