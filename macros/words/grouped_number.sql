{% macro grouped_number(number, decimals=0) -%}
    {#- A number of at least 0 with thousands separators, rounded half away from zero: 523,000 or 1,234.50. -#}
    concat(
        reverse(trim(trailing ',' from replaceRegexpAll(
            reverse(splitByChar('.', {{ rounded_half_up(number, decimals) }})[1]), '(\\d{3})', '\\1,'
        ))),
        {% if decimals -%}
            '.', splitByChar('.', {{ rounded_half_up(number, decimals) }})[2]
        {%- else -%}
            ''
        {%- endif %}
    )
{%- endmacro %}
