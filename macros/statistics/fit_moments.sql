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
