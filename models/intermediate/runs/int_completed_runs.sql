-- Else the runs are sorted with all their columns before their hashes are made, which takes as long as all the rest.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['ended_date', 'day_end_version'], 'int_run_days', ['date', 'day_end_version']) }}",
    order_by='(ended_at, run_id)',
    query_settings={'query_plan_execute_functions_after_sorting': 0},
) }}

{#-
    The runs that can be judged, in the order in which they are compared (K2). A version is the sum of the
    hashes of a run and of all before it: it changes with any of them, so what was judged under another
    version is judged again, and nothing else. Days before the first one that changed stay as they are.
-#}
with

days as (

    select * from {{ ref('int_run_days') }}
    where
        ended_run_count > 0
        and {{ is_outdated(['ended_date', 'day_end_version'], ['date', 'day_end_version']) }}

),

runs as materialized (

    select
        *,
        assumeNotNull(ended_at) as run_ended_at,
        toDate(run_ended_at) as ended_date
    from {{ ref('int_runs') }}
    where
        is_completed
        {% if is_incremental() -%}
            and toDate(assumeNotNull(ended_at)) in (select days.date from days)
        {%- endif %}

),

children as (

    select * from {{ ref('int_run_children') }}

),

kept_species as (

    select
        coalesce(present.species_hash, '') as species,
        argMax(present.species_day_version, present.ended_date) as species_version
    from {{ this if is_incremental() else '(select null as species_hash, toDate(0) as ended_date, toUInt64(0) as species_day_version where 1 = 0)' }} as present
    group by species

),

-- Few columns, because each window sorts all runs again.
hashed_runs as (

    select
        runs.run_id as run_id,
        coalesce(runs.species_hash, '') as species,
        runs.run_ended_at as run_ended_at,
        runs.ended_date as ended_date,
        children.child_duration_ms as child_duration_ms,
        toUInt64(runs.row_version + children.children_version) as run_hash

    from runs
    left join children
        on runs.run_id = children.run_id

),

chained_runs as (

    select
        *,
        sum(run_hash) over (
            partition by ended_date
            order by run_ended_at, run_id
            rows between unbounded preceding and current row
        ) as version_of_day,
        sum(run_hash) over (
            partition by species
            order by run_ended_at, run_id
            rows between unbounded preceding and current row
        ) as species_version

    from hashed_runs

),

day_versions as (

    select
        *,
        -- Of the species' runs by the end of the day.
        last_value(species_version) over (
            partition by species, ended_date
            order by run_ended_at, run_id
            rows between unbounded preceding and unbounded following
        ) as species_day_version
    from chained_runs

),

versions as (

    select
        day_versions.run_id as run_id,
        day_versions.child_duration_ms as child_duration_ms,
        days.day_start_version as day_start_version,
        days.day_end_version as day_end_version,
        toUInt64(days.day_start_version + day_versions.version_of_day) as history_version,
        toUInt64(kept_species.species_version + day_versions.species_day_version) as species_day_version
    from day_versions
    left join days
        on day_versions.ended_date = days.date
    left join kept_species
        on day_versions.species = kept_species.species

)

select
    runs.* except (is_completed, run_ended_at, ended_at), -- noqa: AM04
    versions.child_duration_ms as child_duration_ms,
    versions.history_version as history_version,
    runs.run_ended_at as ended_at,
    versions.day_start_version as day_start_version,
    versions.day_end_version as day_end_version,
    versions.species_day_version as species_day_version
from runs
inner join versions
    on runs.run_id = versions.run_id
