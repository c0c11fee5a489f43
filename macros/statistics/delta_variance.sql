{% macro delta_variance(side) -%}
    {#-
        Variance of a ratio of sums over units, by the delta method: units are independent, the trials of one are not. Reads
        the columns of `int_comparison_tests`.
    -#}
    (
        arrayReduce('varSampStable', {{ side }}_sums)
        - 2 * {{ side }}_share * arrayReduce('covarSampStable', {{ side }}_sums, {{ side }}_counts)
        + pow({{ side }}_share, 2) * arrayReduce('varSampStable', {{ side }}_counts)
    ) / ({{ side }}_n * pow(arrayAvg({{ side }}_counts), 2))
{%- endmacro %}
