{{ config(order_by='run_id') }}

with

merges as (

    select * from {{ ref('int_call_merges') }}

),

remaining_calls as (

    select run_id from {{ ref('int_calls__unioned') }}
    where
        run_id in (select merges.run_id from merges)
        and call_id not in (select merges.call_id from merges)

),

merged_counts as (

    select
        run_id,
        source,
        kept_run_id,
        kept_source,
        count() as call_count

    from merges
    where run_id not in (select remaining_calls.run_id from remaining_calls)
    group by
        run_id,
        source,
        kept_run_id,
        kept_source

)

-- A run whose calls were merged into several runs is counted as the one with most of them.
select
    run_id,
    source,
    argMin(merged_counts.kept_run_id, (-toInt64(call_count), merged_counts.kept_run_id)) as kept_run_id,
    argMin(merged_counts.kept_source, (-toInt64(call_count), merged_counts.kept_run_id)) as kept_source,
    sum(call_count) as merged_call_count
from merged_counts
group by
    run_id,
    source
