{{ config(order_by='(comparison_kind, comparison_id, variant, unit_id)') }}

{%- set columns = [
    'comparison_kind', 'comparison_id', 'subject', 'variant', 'control_variant', 'unit_kind', 'unit_id', 'is_crossover',
    'first_date', 'last_date', 'run_count',
] + outcome_columns() -%}

with

{% for kind in ['experiment', 'training', 'prompt_version'] -%}
    {{ kind }}_units as (

        select * from {{ ref('int_' ~ kind ~ '_units') }}

    ){{ ',' if not loop.last }}

{% endfor %}
{% for kind in ['experiment', 'training', 'prompt_version'] -%}
    select
        {{ columns | join(',\n        ') }}
    from {{ kind }}_units
    {{ 'union all' if not loop.last }}
{% endfor %}
