{% macro dollars(number, decimals=2) -%}
    {#-
        An amount in words: $1,234.56, -$0.50; what is below a cent has six decimals, $0.000150. More decimals
        where the amount is a mean of small ones.
    -#}
    concat(
        if(toFloat64({{ number }}) < 0, '-$', '$'),
        if(
            abs(toFloat64({{ number }})) >= 0.01 or toFloat64({{ number }}) = 0,
            {{ grouped_number('abs(' ~ number ~ ')', decimals) }},
            {{ rounded_half_up('abs(' ~ number ~ ')', 6) }}
        )
    )
{%- endmacro %}
