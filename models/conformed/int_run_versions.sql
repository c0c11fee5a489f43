{{ config(materialized='table', order_by='(source, run_key)') }}

{#- What an incremental model compares its rows with: a run whose version differs is computed again. -#}
{% for source_name in var('sources') -%}
    select
        {#- Among generic rows are those of the tools that are translated into them. #}
        {{ 'source' if source_name == 'generic' else "'" ~ source_name ~ "' as source" }},
        run_key,
        cityHash64(row_version) as run_version
    from {{ ref('stg_' ~ source_name ~ '__run_versions') }}
    {% if not loop.last %}
        union all
    {% endif %}
{%- endfor %}
