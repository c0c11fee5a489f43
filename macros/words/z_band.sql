{% macro z_band(z_score) -%}
    multiIf(
        abs({{ rounded(z_score) }}) < {{ var('z_unusual') }}, 'normal',
        abs({{ rounded(z_score) }}) <= {{ var('z_outlier') }}, 'unusual',
        abs({{ rounded(z_score) }}) <= {{ var('z_extreme') }}, 'outlier',
        'extreme'
    )
{%- endmacro %}
