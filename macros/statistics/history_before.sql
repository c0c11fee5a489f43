{% macro history_before(histories, place, history_runs) -%}
    {#- The known residuals of the last runs before a place, by metric, from a block of `histories`. -#}
    {%- set run_count = '(' ~ histories ~ '.previous_count + ' ~ place ~ ' % ' ~ history_runs ~ ')' -%}
    (
        {% for metric in [1, 2, 3] -%}
            arrayMap(
                residual -> assumeNotNull(residual),
                arrayFilter(
                    residual -> residual is not null,
                    arraySlice(
                        tupleElement({{ histories }}.residuals_until, {{ metric }}),
                        greatest(1, toInt64({{ run_count }}) - {{ history_runs - 1 }}),
                        least({{ history_runs }}, {{ run_count }})
                    )
                )
            ){{ ',' if not loop.last }}
        {% endfor %}
    )
{%- endmacro %}
