{% macro shrunk_slope(y, x, prior) -%}
    {#-
        Least-squares slope of y on x, shrunk to the prior slope with the prior weight of the var
        `conditional_slope`. Where x does not vary there is only the prior.
    -#}
    if(
        length({{ x }}) < 2 or arrayReduce('varPopStable', {{ x }}) < 1e-9,
        {{ prior }},
        (
            length({{ x }}) * arrayReduce('covarPopStable', {{ x }}, {{ y }}) / arrayReduce('varPopStable', {{ x }})
            + {{ var('conditional_slope').runs }} * {{ prior }}
        ) / (length({{ x }}) + {{ var('conditional_slope').runs }})
    )
{%- endmacro %}
