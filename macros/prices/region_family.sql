{% macro region_family(region) -%}
    {#- What region of the world a cloud's region lies in, for prices that differ by that. -#}
    {%- set families = var('region_families') -%}
    multiIf(
        {% for pattern in families -%}
            match({{ region }}, '{{ pattern }}'), '{{ families[pattern] }}',
        {% endfor -%}
        {{ region }}
    )
{%- endmacro %}
