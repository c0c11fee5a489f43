-- R023: what runs say their sub-runs cost is what those sub-runs cost.
{{ config(meta={'dagster': {'ref': {'name': 'int_runs'}}}) }}

with

runs as (

    select * from {{ ref('int_runs') }}

),

children as (

    select
        parent_run_id,
        count() as run_count,
        sum(total_cost_usd) as cost_usd
    from runs
    where parent_run_id is not null
    group by parent_run_id

)

select
    runs.run_id as run_id,
    runs.child_run_count as noted_run_count,
    children.run_count as found_run_count,
    runs.child_total_cost_usd as noted_cost_usd,
    children.cost_usd as found_cost_usd
from runs
left join children
    on runs.run_id = children.parent_run_id
where
    runs.child_run_count != children.run_count
    or runs.child_total_cost_usd != children.cost_usd
