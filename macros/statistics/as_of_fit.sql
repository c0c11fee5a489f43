{% macro as_of_fit(metric) -%}
    {#-
        Count, means, variation (n times the variance) and covariation of a fit's earlier runs, from their
        moments. In whole numbers first: sizes that are all the same have no variation at all.
    -#}
    toUInt64({{ metric }}_moments[1]) as {{ metric }}_run_count,
    {{ metric }}_moments[2] / 1e9 / {{ metric }}_run_count as {{ metric }}_size_avg,
    {{ metric }}_moments[3] / 1e9 / {{ metric }}_run_count as {{ metric }}_avg,
    {{ moments_variation(metric ~ '_moments') }} as {{ metric }}_size_variation,
    {{ moments_covariation(metric ~ '_moments') }} as {{ metric }}_covariation
{%- endmacro %}

{% macro moments_variation(moments) -%}
    {#- Of x, from moments. -#}
    (({{ moments }}[1] * {{ moments }}[4] - {{ moments }}[2] * {{ moments }}[2]) / 1e18 / toUInt64({{ moments }}[1]))
{%- endmacro %}

{% macro moments_covariation(moments) -%}
    {#- Of x and y, from moments. -#}
    (({{ moments }}[1] * {{ moments }}[5] - {{ moments }}[2] * {{ moments }}[3]) / 1e18 / toUInt64({{ moments }}[1]))
{%- endmacro %}

{% macro moments_slope(moments, prior_slope, prior_runs) -%}
    {#- Least-squares slope from moments, shrunk to the prior slope with a prior weight in runs of unit variance; the prior without any. -#}
    if(
        {{ moments }}[1] = 0,
        {{ prior_slope }},
        ({{ moments_covariation(moments) }} + {{ prior_runs }} * {{ prior_slope }})
        / ({{ moments_variation(moments) }} + {{ prior_runs }})
    )
{%- endmacro %}
