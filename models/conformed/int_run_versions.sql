{{ config(materialized='table', order_by='(source, run_key)') }}

{#- What an incremental model compares its rows with: a run whose version differs is computed again. -#}
{% for source_name in var('sources') -%}
    select
        {% if source_name == 'generic' %}source{% else %}'{{ source_name }}'{% endif %} as source,
        run_key,
        cityHash64(row_version) as run_version
    from {{ ref('stg_' ~ source_name ~ '__run_versions') }}
    {% if not loop.last %}
        union all
    {% endif %}
{%- endfor %}
