{% macro moments_slope(moments, prior_slope, prior_runs) -%}
    {#- Least-squares slope from moments, shrunk to the prior slope with a prior weight in runs of unit variance; the prior without any. -#}
    if(
        {{ moments }}[1] = 0,
        {{ prior_slope }},
        ({{ moments_covariation(moments) }} + {{ prior_runs }} * {{ prior_slope }})
        / ({{ moments_variation(moments) }} + {{ prior_runs }})
    )
{%- endmacro %}
