{% macro tie_factor(values) -%}
    {#-
        By which ties make the variance of ranks smaller; at least half, because a few values that are not equal are
        no normal law; 1 where all are equal.
    -#}
    if(
        length(arrayDistinct({{ values }})) < 2,
        1.,
        greatest(0.5, 1 - arraySum(
            equal_values -> pow(length(equal_values), 3) - length(equal_values),
            arraySplit((own, step) -> step != 0, arraySort({{ values }}), arrayDifference(arraySort({{ values }})))
        ) / (pow(length({{ values }}), 3) - length({{ values }})))
    )
{%- endmacro %}
