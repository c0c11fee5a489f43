{% macro exact_log(number, power=1) -%}
    {#-
        A power of the logarithm of a positive number as a decimal with 12 places, whose sums do not depend on the order
        of the rows; 0 for every other number. NULL hides a 0, whose logarithm is no decimal: hence assumeNotNull.
    -#}
    toDecimal256(
        pow(log(least(if(coalesce(toFloat64({{ number }}), 0) > 0, assumeNotNull(toFloat64({{ number }})), 1.0), 1e300)), {{ power }}),
        12
    )
{%- endmacro %}
