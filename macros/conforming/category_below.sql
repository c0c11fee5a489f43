{% macro category_below(value, bounds) -%}
    multiIf(
        {%- for category in ['tiny', 'small', 'medium', 'large'] %}
        {{ rounded(value) }} < {{ bounds[category] }}, '{{ category }}',
        {%- endfor %}
        'huge'
    )
{%- endmacro %}
