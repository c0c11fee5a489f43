{% macro moment_within(text, units_per_second=none) -%}
    {#- Whether a logged moment, in words or as a number since 1970, is plausible for a record that was loaded at `_loaded_at`. -#}
    {%- set times = var('plausible_times') -%}
    {%- if units_per_second is none -%}
        {{ read_timestamp(text, 'fields.date_order') }} between toDateTime64('{{ times.first_date }} 00:00:00', 3, 'UTC') and addDays(_loaded_at, {{ times.max_days_ahead }})
    {%- else -%}
        toFloat64OrNull({{ text }}) / {{ units_per_second }} between toUnixTimestamp(toDateTime('{{ times.first_date }} 00:00:00', 'UTC'))
        and toUnixTimestamp(addDays(_loaded_at, {{ times.max_days_ahead }}))
    {%- endif -%}
{%- endmacro %}
