{{ config(order_by='run_id') }}

{#-
    A parent waits while a sub-run works: that time is judged as the sub-run's. A sub-run that ends later than
    its parent was not waited for, and is not known yet when the parent is judged.
-#}
with

runs as (

    select
        run_id,
        parent_run_id,
        assumeNotNull(ended_at) as run_ended_at,
        total_duration_ms
    from {{ ref('int_runs') }}
    where is_completed

),

children as (

    select * from runs
    where parent_run_id is not null

),

parents as (

    select * from runs
    where run_id in (select children.parent_run_id from children)

)

select
    parents.run_id as run_id,
    toDate(parents.run_ended_at) as ended_date,
    -- As decimals: a sum of floats differs in the last digit with the order of the rows.
    toFloat64(sum(toDecimal128(children.total_duration_ms, 6))) as child_duration_ms,
    cityHash64(run_id, child_duration_ms) as children_version
from children
inner join parents
    on children.parent_run_id = parents.run_id
where children.run_ended_at <= parents.run_ended_at
group by
    run_id,
    ended_date
