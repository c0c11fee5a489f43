{% macro fit_moments(metric, size) -%}
    {#-
        What a run adds to a fit: 1, x, y, x², xy of two logarithms in whole billionths, so that sums are
        exact in any order; zeros where the metric is unknown.
    -#}
    arrayMap(
        moment -> if({{ metric }} is null, toInt128(0), moment),
        [
            toInt128(1),
            {{ billionths(size) }},
            {{ billionths(metric) }},
            {{ billionths(size) }} * {{ billionths(size) }},
            {{ billionths(size) }} * {{ billionths(metric) }}
        ]
    )
{%- endmacro %}


{% macro billionths(logarithm) -%}
    {#- A logarithm as a whole number. -#}
    toInt128(round(coalesce({{ logarithm }}, 0) * 1e9))
{%- endmacro %}


{% macro as_of_fit(metric) -%}
    {#-
        Count, means, variation (n times the variance) and covariation of a fit's earlier runs, from their
        moments. In whole numbers first: sizes that are all the same have no variation at all.
    -#}
    toUInt64({{ metric }}_moments[1]) as {{ metric }}_run_count,
    {{ metric }}_moments[2] / 1e9 / {{ metric }}_run_count as {{ metric }}_size_avg,
    {{ metric }}_moments[3] / 1e9 / {{ metric }}_run_count as {{ metric }}_avg,
    ({{ metric }}_moments[1] * {{ metric }}_moments[4] - {{ metric }}_moments[2] * {{ metric }}_moments[2])
    / 1e18 / {{ metric }}_run_count as {{ metric }}_size_variation,
    ({{ metric }}_moments[1] * {{ metric }}_moments[5] - {{ metric }}_moments[2] * {{ metric }}_moments[3])
    / 1e18 / {{ metric }}_run_count as {{ metric }}_covariation
{%- endmacro %}
