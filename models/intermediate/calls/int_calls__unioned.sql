{{ config(order_by='run_id') }}

{#- Every source's calls under the same columns; a source is added here and nowhere else. -#}
{% set conformed_sources = [
    'int_calls__claude_code',
    'int_calls__cascade',
    'int_calls__generic',
    'int_calls__generic_runs',
] -%}

{% for model_name in conformed_sources -%}
    select
        {{ conformed_call_columns() }}
    from {{ ref(model_name) }}
    {% if not loop.last %}
        union all
    {% endif %}
{%- endfor %}
