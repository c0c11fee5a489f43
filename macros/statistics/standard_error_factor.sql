{% macro standard_error_factor(metric, size) -%}
    {#- Standard error of a deviation from the line of `as_of_fit`, in standard deviations: few runs and leverage widen it. -#}
    sqrt(
        1 + 1 / greatest({{ metric }}_run_count, 1)
        + pow({{ size }} - {{ metric }}_size_avg, 2)
        / ({{ metric }}_size_variation + {{ var('calibrated_leverage_runs') }})
    )
{%- endmacro %}
