{% macro chi_square_p_value(statistic, degrees_of_freedom) -%}
    {#-
        The chance of a chi-square at least so large, exact for whole degrees of freedom: ClickHouse has no
        distribution function of it. By the finite sums of the incomplete gamma function, for even and odd ones.
    -#}
    {%- set x = '(toFloat64(' ~ statistic ~ ') / 2)' -%}
    {%- set df = 'toUInt32(' ~ degrees_of_freedom ~ ')' -%}
    if(
        {{ df }} % 2 = 0,
        exp(-{{ x }}) * arraySum(arrayMap(i -> pow({{ x }}, i) / tgamma(i + 1), range(intDiv({{ df }}, 2)))),
        erfc(sqrt({{ x }})) + exp(-{{ x }}) * arraySum(arrayMap(
            i -> pow({{ x }}, i + 0.5) / tgamma(i + 1.5),
            range(intDiv({{ df }}, 2))
        ))
    )
{%- endmacro %}
