{{ config(order_by='run_version') }}

with

merges as (

    select * from {{ ref('int_call_merges') }}

),

calls as (

    select
        call_id,
        run_version
    from {{ ref('int_calls__unioned') }}
    where
        call_id in (select merges.call_id from merges)
        or call_id in (select merges.kept_call_id from merges)

),

-- What a kept call takes over changes with the run that it comes from.
versioned_merges as (

    select
        merged_calls.run_version as merged_run_version,
        kept_calls.run_version as kept_run_version,
        cityHash64(merges.call_id, merges.kept_call_id, merges.precedence, merged_run_version) as merge_hash
    from merges
    inner join calls as merged_calls
        on merges.call_id = merged_calls.call_id
    inner join calls as kept_calls
        on merges.kept_call_id = kept_calls.call_id

)

select
    run_version,
    cityHash64(run_version, sum(merge_hash)) as merge_version
from (
    select
        arrayJoin([merged_run_version, kept_run_version]) as run_version,
        merge_hash
    from versioned_merges
) as runs_of_merges
group by run_version
