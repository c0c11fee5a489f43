{% macro welch_df(se2, n, other_se2, other_n) -%}
    {#- Degrees of freedom of Welch's t, by Welch and Satterthwaite, from the squared standard errors of both means. -#}
    pow({{ se2 }} + {{ other_se2 }}, 2) / (pow({{ se2 }}, 2) / ({{ n }} - 1) + pow({{ other_se2 }}, 2) / ({{ other_n }} - 1))
{%- endmacro %}
