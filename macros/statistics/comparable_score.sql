{% macro comparable_score(metric) -%}
    {#- Score of a metric in scales of the pool: comparable between cohorts, whose bounds follow their noise. -#}
    (fits.{{ metric }}_residual - baselines.{{ metric }}_location)
    / (baselines.{{ metric }}_scale * baselines.{{ metric }}_bound_factor)
{%- endmacro %}
