{% macro combined_p_value(p_values) -%}
    {#-
        One p-value of an array of p-values that depend on each other in unknown ways: Cauchy combination (Liu & Xie, Journal
        of the American Statistical Association 115, 2020). Nearly the smallest times their number, less where several are
        small. What speaks against an effect (above 0.5) counts as nothing, so that it cannot outweigh the others.
    -#}
    least(1.0, atan2(1.0, arrayAvg(one -> 1 / tan(pi() * least(0.5, greatest(one, 1e-300))), {{ p_values }})) / pi())
{%- endmacro %}
