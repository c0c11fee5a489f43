{% macro as_of_fit(metric) -%}
    {#-
        Count, means, variation (n times the variance) and covariation of a fit's earlier runs, from their
        moments. In whole numbers first: sizes that are all the same have no variation at all.
    -#}
    toUInt64({{ metric }}_moments[1]) as {{ metric }}_run_count,
    {{ metric }}_moments[2] / 1e9 / {{ metric }}_run_count as {{ metric }}_size_avg,
    {{ metric }}_moments[3] / 1e9 / {{ metric }}_run_count as {{ metric }}_avg,
    {{ moments_variation(metric ~ '_moments') }} as {{ metric }}_size_variation,
    {{ moments_covariation(metric ~ '_moments') }} as {{ metric }}_covariation
{%- endmacro %}
