-- R001, R042: one row per completed run, whenever its logs arrived; no completed run is without its row.
{{ config(meta={'dagster': {'ref': {'name': 'run_analytics'}}}) }}

with

completed_runs as (

    select run_id from {{ ref('int_runs') }}
    where is_completed

),

analysed_runs as (

    select run_id from {{ ref('run_analytics') }}

)

select run_id from completed_runs
where run_id not in (select analysed_runs.run_id from analysed_runs)

union all

select run_id from analysed_runs
where run_id not in (select completed_runs.run_id from completed_runs)
