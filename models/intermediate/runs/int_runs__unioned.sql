{{ config(order_by='run_id') }}

{#- Every source's runs under the same columns; a source is added here and nowhere else. -#}
{% set conformed_sources = [
    'int_runs__claude_code',
    'int_runs__cascade',
    'int_runs__generic',
] -%}

{% for model_name in conformed_sources -%}
    select
        {{ conformed_run_columns() }}
    from {{ ref(model_name) }}
    {% if not loop.last %}
        union all
    {% endif %}
{%- endfor %}
