{% macro as_of_uncertainty(metric, size) -%}
    {#- By how much the line of `as_of_fit` itself widens a deviation: few runs, or a size far from theirs. -#}
    sqrt(
        1 + 1 / greatest({{ metric }}_run_count, 1)
        + pow({{ size }} - {{ metric }}_size_avg, 2)
        / ({{ metric }}_size_variation + {{ var('calibrated_leverage_runs') }})
    )
{%- endmacro %}
