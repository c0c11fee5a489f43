{% macro as_of_deviation(metric, size, prior_slope) -%}
    {#-
        Deviation of a metric's logarithm from the line of `as_of_fit`; NULL with too few runs. The slope is
        shrunk, so inputs of one size only leave the prior slope.
    -#}
    {%- set prior_runs = var('conditional_slope').runs -%}
    if(
        {{ metric }}_run_count < {{ var('calibrated_min_runs') }},
        null,
        {{ metric }} - {{ metric }}_avg
        - ({{ size }} - {{ metric }}_size_avg)
        * ({{ metric }}_covariation + {{ prior_runs }} * {{ prior_slope }})
        / ({{ metric }}_size_variation + {{ prior_runs }})
    )
{%- endmacro %}
