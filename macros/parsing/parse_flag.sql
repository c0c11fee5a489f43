{% macro parse_flag(text) -%}
    multiIf(
        lower({{ text }}) in ('true', '1', '1.0', 'yes', 't'), true,
        lower({{ text }}) in ('false', '0', '0.0', 'no', 'f'), false,
        null
    )
{%- endmacro %}
