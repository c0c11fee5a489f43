{% macro shrunk_location(count, median, parent, prior_runs=none) -%}
    {#- Median of a history of so many runs, shrunk to its parent's location. -#}
    {%- set weight = var('calibrated_location_prior_runs') if prior_runs is none else prior_runs -%}
    if(
        {{ count }} = 0,
        {{ parent }},
        ({{ count }} * {{ median }} + {{ weight }} * {{ parent }}) / ({{ count }} + {{ weight }})
    )
{%- endmacro %}
