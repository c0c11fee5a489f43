{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='run_id',
) }}

{#- Every source's runs under the same columns; a source is added here and nowhere else. -#}
{% set conformed_sources = [
    'int_runs__claude_code',
    'int_runs__cascade',
    'int_runs__generic',
] -%}

with

changed_runs as (

    {{ changed_run_versions() }}

),

-- Prunes what is read; which source a key belongs to is for the join below to say.
changed_keys as (

    select run_key from changed_runs

),

conformed as (

    {% for model_name in conformed_sources -%}
        select
            {{ conformed_run_columns() }}
        from {{ ref(model_name) }}
        where run_key in (select changed_keys.run_key from changed_keys)
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}

)

select
    conformed.*,
    changed_runs.run_version as run_version
from conformed
inner join changed_runs
    on
        conformed.source = changed_runs.source
        and conformed.run_key = changed_runs.run_key
