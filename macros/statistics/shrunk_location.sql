{% macro shrunk_location(history, parent) -%}
    {#- Median of a history, shrunk to its parent's location. The median of an empty history is nan. -#}
    if(
        empty({{ history }}),
        {{ parent }},
        (
            length({{ history }}) * arrayReduce('median', {{ history }})
            + {{ var('calibrated_location_prior_runs') }} * {{ parent }}
        ) / (length({{ history }}) + {{ var('calibrated_location_prior_runs') }})
    )
{%- endmacro %}
