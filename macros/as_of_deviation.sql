{% macro as_of_deviation(metric, size, prior_slope) -%}
    {#-
        How far a metric's logarithm is from the line of `as_of_fit`; NULL with too few runs. The slope
        is shrunk, so inputs all of one size leave the prior's.
    -#}
    {%- set n = metric ~ '_run_count' -%}
    {%- set prior_runs = var('conditional_slope').runs -%}
    if(
        {{ n }} < {{ var('calibrated_min_runs') }},
        null,
        {{ metric }} - {{ metric }}_avg
        - ({{ size }} - {{ metric }}_size_avg)
        * ({{ n }} * ({{ metric }}_product_avg - {{ metric }}_size_avg * {{ metric }}_avg) + {{ prior_runs }} * {{ prior_slope }})
        / ({{ n }} * {{ metric }}_size_var + {{ prior_runs }})
    )
{%- endmacro %}
