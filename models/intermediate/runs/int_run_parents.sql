{{ config(order_by='run_id') }}

with

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

sub_runs as (

    select
        run_id,
        assumeNotNull(parent_run_id) as logged_parent_run_id
    from {{ ref('int_runs__unioned') }}
    where
        parent_run_id is not null
        and run_id not in (select merged.run_id from merged_runs as merged)

),

run_calls as (

    select
        run_id,
        total_cost_usd
    from {{ ref('int_run_calls') }}
    where run_id in (select sub_runs.run_id from sub_runs)

)

-- A run whose every call is counted under another source's run is that run, for its sub-runs too.
select
    sub_runs.run_id as run_id,
    if(merged_runs.run_id = '', sub_runs.logged_parent_run_id, merged_runs.kept_run_id) as parent_run_id,
    run_calls.total_cost_usd as total_cost_usd
from sub_runs
left join merged_runs
    on sub_runs.logged_parent_run_id = merged_runs.run_id
left join run_calls
    on sub_runs.run_id = run_calls.run_id
