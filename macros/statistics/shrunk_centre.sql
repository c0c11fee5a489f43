{% macro shrunk_centre(history, parent) -%}
    {#- Median of a history, shrunk to its parent's centre. A median of nothing is nan. -#}
    if(
        empty({{ history }}),
        {{ parent }},
        (
            length({{ history }}) * arrayReduce('median', {{ history }})
            + {{ var('calibrated_centre_prior_runs') }} * {{ parent }}
        ) / (length({{ history }}) + {{ var('calibrated_centre_prior_runs') }})
    )
{%- endmacro %}
