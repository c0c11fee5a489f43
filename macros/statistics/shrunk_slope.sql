{% macro shrunk_slope(y, x, prior) -%}
    {#-
        Least-squares slope of y on x, drawn towards the prior as if that were known from
        `conditional_slope.runs` runs. Where x never varied nothing is known: the prior.
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
