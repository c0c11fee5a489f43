{% macro common_patterns() -%}
    {#-
        What most failures have in common, as document D's sentences: at most three, over `failures` (of one workflow, step and error type each) of one
        group; an error type or workflow with half of the failures or more, and types that are new.
    -#}
    arraySlice(arrayConcat(
        {% for name, list, before, between, after in [
            ('kinds', 'error_type', 'Most failures (', ') are ', ''),
            ('pipelines', 'workflow_id', 'Pipeline ', '', ' accounts for most failures'),
        ] -%}
            arrayMap(
                row -> {% if name == 'kinds' %}concat('{{ before }}', toString(row.2), '{{ between }}', row.1){% else %}concat('{{ before }}', row.1, '{{ after }}'){% endif %},
                arrayFilter(
                    row -> row.2 * 2 >= sum(failures.failed_run_count),
                    arrayZip(
                        mapKeys(sumMap(map(failures.{{ list }}, failures.failed_run_count))),
                        mapValues(sumMap(map(failures.{{ list }}, failures.failed_run_count)))
                    )
                )
            ),
        {% endfor -%}
        arrayMap(
            row -> concat(toString(-row.1), if(row.1 = -1, ' failure of ', ' failures of '), row.2, ' began on ', toString(row.3)),
            arraySort(groupArrayIf((-toInt64(failures.failed_run_count), failures.workflow_id, toDate(failures.first_at)), failures.is_new))
        )
    ), 1, 3)
{%- endmacro %}
