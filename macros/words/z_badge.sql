{% macro z_badge(z_score) -%}
    {#- Document A's console badge: a tick, a warning, or the side of an outlier. -#}
    multiIf(
        abs({{ rounded(z_score) }}) < {{ var('z_unusual') }}, 'ok',
        abs({{ rounded(z_score) }}) <= {{ var('z_outlier') }}, 'unusual',
        {{ z_score }} > 0, 'HIGH',
        'LOW'
    )
{%- endmacro %}
