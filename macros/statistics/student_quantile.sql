{% macro student_quantile(degrees_of_freedom) -%}
    {#-
        The quantile of Student's t that bounds the var `interval_z`'s interval, by Cornish and Fisher's expansion:
        ClickHouse has none. Within 0.0003 from 5 degrees of freedom on; NULL below.
    -#}
    {%- set z = var('interval_z') | float -%}
    {%- set v = 'toFloat64(' ~ degrees_of_freedom ~ ')' -%}
    if(
        {{ v }} < {{ var('trend_test').min_df }},
        null,
        {{ z }}
        + {{ (z ** 3 + z) / 4 }} / {{ v }}
        + {{ (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 }} / pow({{ v }}, 2)
        + {{ (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 }} / pow({{ v }}, 3)
        + {{ (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160 }} / pow({{ v }}, 4)
    )
{%- endmacro %}
