{% macro student_p_value(t, degrees_of_freedom) -%}
    {#-
        Two-sided, by Wallace's transformation to a normal deviate (1959), z = (8n + 1) / (8n + 3) *
        sqrt(n * ln(1 + t^2 / n)): ClickHouse has no distribution function of Student's t. Within 0.002 of
        it from 5 degrees of freedom on.
    -#}
    erfc(
        (8 * ({{ degrees_of_freedom }}) + 1) / (8 * ({{ degrees_of_freedom }}) + 3)
        * sqrt(({{ degrees_of_freedom }}) * log1p(({{ t }}) * ({{ t }}) / ({{ degrees_of_freedom }})))
        / sqrt(2)
    )
{%- endmacro %}
