{% macro history_before(histories, place, history_runs) -%}
    {#- The known residuals of the last runs before a place, by metric, from a block of `histories`. -#}
    {%- set runs -%}
        arraySlice(
            arraySlice({{ histories }}.residuals_until, 1, {{ histories }}.previous_count + {{ place }} % {{ history_runs }}),
            -{{ history_runs }}
        )
    {%- endset -%}
    (
        {% for metric in [1, 2, 3] -%}
            arrayMap(
                residual -> assumeNotNull(residual),
                arrayFilter(residual -> residual is not null, tupleElement({{ runs }}, {{ metric }}))
            ){{ ',' if not loop.last }}
        {% endfor %}
    )
{%- endmacro %}
