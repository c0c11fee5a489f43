{% macro z_band(z_score) -%}
    multiIf(
        abs({{ z_score }}) < {{ var('z_unusual') }}, 'normal',
        abs({{ z_score }}) <= {{ var('z_outlier') }}, 'unusual',
        abs({{ z_score }}) <= {{ var('z_extreme') }}, 'outlier',
        'extreme'
    )
{%- endmacro %}
