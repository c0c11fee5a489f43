{% macro has_other_relatives(run_parents, merged_runs, run_calls) -%}
    {#-
        Condition of the runs whose own records are as they were, but not what other records say of them: their calls (prices,
        merges), the run they belong to, or the runs that belong to them.
    -#}
    {%- set parents -%}
        (select {{ key_hash(['run_id', 'parent_run_id']) }} from {{ ref(run_parents) }})
    {%- endset -%}
    {%- set children -%}
        (
            select cityHash64(tuple(parent_run_id, count(), sum(total_cost_usd))) from {{ ref(run_parents) }}
            group by parent_run_id
        )
    {%- endset -%}
    (calls_version != 0 and calls_version not in (select calls_version from {{ ref(run_calls) }}))
    or run_id in (select run_id from {{ ref(merged_runs) }})
    or (
        parent_run_id is not null
        and {{ key_hash(['run_id', 'assumeNotNull(parent_run_id)']) }} not in {{ parents }}
    )
    or (
        child_run_count > 0
        and cityHash64(tuple(run_id, toUInt64(child_run_count), child_total_cost_usd)) not in {{ children }}
    )
    or (child_run_count = 0 and run_id in (select parent_run_id from {{ ref(run_parents) }}))
{%- endmacro %}
