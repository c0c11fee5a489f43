{% macro z_score(value, mean, stddev) -%}
    {#- Document B's safe_z: no spread or an unknown one gives 0, a missing mean counts as 0. -#}
    if(
        coalesce({{ stddev }}, 0) = 0,
        0.0,
        (toFloat64({{ value }}) - coalesce({{ mean }}, 0)) / assumeNotNull({{ stddev }})
    )
{%- endmacro %}
