-- A table: readers of a snapshot have the marts, and not what lies below them.
{{ config(materialized='table', order_by='run_id') }}

with

runs as (

    select * from {{ ref('run_analytics') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

)

select
    runs.run_id as run_id,
    runs.source as source,
    runs.project as project,
    runs.workflow_id as workflow_id,
    assumeNotNull(runs.started_at) as started_at,
    runs.total_cost_usd as total_cost_usd
from runs
cross join as_of
where toDate(runs.started_at) < addMonths(as_of.as_of_date, -{{ var('archive_after_months') }})
