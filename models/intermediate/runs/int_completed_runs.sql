-- Else the runs are sorted with all their columns before their hashes are made, which takes as long as all the rest.
{{ config(order_by='(ended_at, run_id)', query_settings={'query_plan_execute_functions_after_sorting': 0}) }}

{#-
    The runs that can be judged, in the order in which they are compared (K2). A version is the sum of the
    hashes of a run and of all before it: it changes with any of them, so what was judged under another
    version is judged again, and nothing else.
-#}
with

runs as materialized (

    select
        *,
        assumeNotNull(ended_at) as run_ended_at,
        toDate(run_ended_at) as ended_date
    from {{ ref('int_runs') }}
    where is_completed

),

-- A parent waits while a sub-run works: that time is judged as the sub-run's. A sub-run that ends later than
-- its parent was not waited for, and is not known yet when the parent is judged.
child_durations as (

    select
        parents.run_id as run_id,
        -- As decimals: a sum of floats differs in the last digit with the order of the rows.
        toFloat64(sum(toDecimal128(children.total_duration_ms, 6))) as child_duration_ms
    from runs as children
    inner join runs as parents
        on children.parent_run_id = parents.run_id
    where children.run_ended_at <= parents.run_ended_at
    group by parents.run_id

),

-- Few columns, because each window sorts all runs again.
hashed_runs as (

    select
        runs.run_id as run_id,
        runs.species_hash as species_hash,
        runs.run_ended_at as run_ended_at,
        runs.ended_date as ended_date,
        coalesce(child_durations.child_duration_ms, 0) as child_duration_ms,
        cityHash64(tuple(runs.*), child_duration_ms) as run_hash

    from runs
    left join child_durations
        on runs.run_id = child_durations.run_id

),

chained_runs as (

    select
        *,
        sum(run_hash) over (
            order by run_ended_at, run_id
            rows between unbounded preceding and current row
        ) as history_version,
        sum(run_hash) over (
            partition by species_hash
            order by run_ended_at, run_id
            rows between unbounded preceding and current row
        ) as species_version

    from hashed_runs

),

versions as (

    select
        run_id,
        child_duration_ms,
        history_version,
        -- Of all runs that ended before the day, and of the species' runs by the end of the day.
        toUInt64(first_value(history_version - run_hash) over (
            partition by ended_date
            order by run_ended_at, run_id
        )) as day_start_version,
        last_value(species_version) over (
            partition by species_hash, ended_date
            order by run_ended_at, run_id
            rows between unbounded preceding and unbounded following
        ) as species_day_version
    from chained_runs

)

select
    runs.* except (is_completed, run_ended_at, ended_at), -- noqa: AM04
    versions.child_duration_ms as child_duration_ms,
    versions.history_version as history_version,
    runs.run_ended_at as ended_at,
    versions.day_start_version as day_start_version,
    versions.species_day_version as species_day_version
from runs
inner join versions
    on runs.run_id = versions.run_id
