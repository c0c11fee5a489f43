{{ config(order_by='run_id') }}

with

runs as (

    select * from {{ ref('int_scope_runs') }}
    where
        status = 'failed'
        and ended_at is not null
        and toDate(assumeNotNull(ended_at)) <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

steps as (

    select
        run_id,
        argMax((step_name, error_type), (coalesce(ended_at, started_at), step_name)) as last_failed
    from {{ ref('int_steps') }}
    where is_error
    group by run_id

),

calls as (

    select
        run_id,
        argMax((step_name, error_type, error_message), (called_at, call_id)) as last_failed
    from {{ ref('int_calls') }}
    where is_error
    group by run_id

),

error_patterns as (

    select arraySort(groupArray((place, pattern, error_class))) as listed
    from {{ ref('error_classes') }}

)

select
    ----------  ids
    runs.run_id as run_id,
    runs.organization_id as organization_id,
    runs.project as project,
    runs.workflow_id as workflow_id,

    ----------  text
    -- Of the step that failed last; else of the call.
    if(steps.last_failed.1 != '', steps.last_failed.1, calls.last_failed.1) as step_name,
    multiIf(
        steps.last_failed.2 != '', steps.last_failed.2,
        calls.last_failed.2 != '', calls.last_failed.2,
        'error'
    ) as error_type,
    {{ error_class('error_type') }} as error_class,
    calls.last_failed.3 as error_message,

    ----------  numerics
    runs.total_cost_usd as cost_usd,

    ----------  timestamps
    runs.started_at as started_at,
    runs.started_date as started_date,
    assumeNotNull(runs.ended_at) as failed_at

from runs
left join steps
    on runs.run_id = steps.run_id
left join calls
    on runs.run_id = calls.run_id
