{% macro shrunk_location(history, parent, prior_runs=none) -%}
    {#- Median of a history, shrunk to its parent's location. The median of an empty history is nan. -#}
    if(
        empty({{ history }}),
        {{ parent }},
        (
            length({{ history }}) * arrayReduce('median', {{ history }})
            + {{ prior_runs or var('calibrated_location_prior_runs') }} * {{ parent }}
        ) / (length({{ history }}) + {{ prior_runs or var('calibrated_location_prior_runs') }})
    )
{%- endmacro %}
