{% macro region_family(region) -%}
    {#- What region of the world a cloud's region lies in, for prices that differ by that. -#}
    multiIf(
        {% for pattern, family in var('region_families').items() -%}
            match({{ region }}, '{{ pattern }}'), '{{ family }}',
        {% endfor -%}
        {{ region }}
    )
{%- endmacro %}
