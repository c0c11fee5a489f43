{{ config(materialized='table', order_by='(source, run_key)') }}

{#- What an incremental model compares its rows with: a run whose version differs is computed again. -#}
{% for source_name in var('sources') -%}
    select
        {#- Among generic rows are those of the tools that are translated into them. #}
        {{ 'source' if source_name == 'generic' else "'" ~ source_name ~ "' as source" }},
        run_key,
        '{{ source_name }}' as read_by,
        cityHash64(row_version) as run_version,
        -- Nothing that a run's logs tell of happened after this, but for clocks and time zones.
        coalesce(
            addDays(last_loaded_at, {{ var('plausible_times').max_days_ahead }}),
            toDateTime64('{{ var('plausible_times').last_date }} 00:00:00', 3, 'UTC')
        ) as latest_at
    from {{ ref('stg_' ~ source_name ~ '__run_versions') }}
    {% if not loop.last %}
        union all
    {% endif %}
{%- endfor %}
