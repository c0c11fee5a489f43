{% macro rank_test_p_value(recent, baseline, is_possible) -%}
    {#-
        Probability that recent values are as much larger than the baseline's by chance (Mann-Whitney); NULL if the
        test is not possible. The engine throws for an empty sample, even where the result is not needed.
    -#}
    if(
        {{ is_possible }},
        tupleElement(
            arrayReduce(
                'mannWhitneyUTest(\'less\')',
                if({{ is_possible }}, arrayConcat({{ baseline }}, {{ recent }}), [0., 0.]),
                if(
                    {{ is_possible }},
                    arrayConcat(arrayWithConstant(length({{ baseline }}), 0), arrayWithConstant(length({{ recent }}), 1)),
                    [0, 1]
                )
            ),
            'p_value'
        ),
        null
    )
{%- endmacro %}
