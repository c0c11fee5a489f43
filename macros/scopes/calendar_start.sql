{% macro calendar_start(period_kind, date) -%}
    {#- First day of the calendar's period that a day is in. -#}
    multiIf(
        {{ period_kind }} = 'week', toMonday({{ date }}),
        {{ period_kind }} = 'month', toStartOfMonth({{ date }}),
        {{ period_kind }} = 'quarter', toStartOfQuarter({{ date }}),
        {{ period_kind }} = 'year', toStartOfYear({{ date }}),
        {{ date }}
    )
{%- endmacro %}
