{% macro calendar_last(period_kind, start_date) -%}
    {#- Last day of the calendar's period that begins on a day. -#}
    multiIf(
        {{ period_kind }} = 'week', {{ start_date }} + 6,
        {{ period_kind }} = 'month', addMonths({{ start_date }}, 1) - 1,
        {{ period_kind }} = 'quarter', addMonths({{ start_date }}, 3) - 1,
        {{ period_kind }} = 'year', addMonths({{ start_date }}, 12) - 1,
        {{ start_date }}
    )
{%- endmacro %}
