{% macro mean_change(factor, usd_by_log) -%}
    {#- Change of a log factor's mean, in USD. -#}
    cast(
        round({{ usd_by_log }} * (avgIf({{ factor }}, is_recent) - avgIf({{ factor }}, not is_recent)), 12)
        as Decimal(38, 12)
    )
{%- endmacro %}
