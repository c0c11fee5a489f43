{% macro plausible_time(moment) -%}
    {#- A moment that logs may hold (var `plausible_times`), else NULL. That it is not ahead of its loading, the unions of sources see to. -#}
    {%- set times = var('plausible_times') -%}
    if(
        {{ moment }} between toDateTime64('{{ times.first_date }} 00:00:00', 3, 'UTC') and toDateTime64('{{ times.last_date }} 00:00:00', 3, 'UTC'),
        {{ moment }},
        cast(null as Nullable(DateTime64(3, 'UTC')))
    )
{%- endmacro %}
