{{ config(order_by='(source, job_id)') }}

with

jobs as (

    select * from {{ ref('int_jobs') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

placed_jobs as (

    select
        jobs.* except (run_id),
        if(merged_runs.run_id = '', jobs.run_id, merged_runs.kept_run_id) as run_id
    from jobs
    left join merged_runs
        on jobs.run_id = merged_runs.run_id

)

-- A job that was never started has no run: workflow and project are its own.
select
    ----------  ids
    placed_jobs.job_id as job_id,
    toLowCardinality(placed_jobs.source) as source,
    placed_jobs.run_id as run_id,
    if(placed_jobs.workflow_id != '', placed_jobs.workflow_id, runs.workflow_id) as workflow_id,
    if(placed_jobs.project != '', placed_jobs.project, runs.project) as project,
    runs.user_id as user_id,
    runs.team_id as team_id,
    runs.organization_id as organization_id,
    runs.conversation_id as conversation_id,
    toLowCardinality(runs.environment) as environment,
    toLowCardinality(runs.origin) as origin,
    toBool(runs.origin = 'widget') as is_widget,
    toLowCardinality(runs.experiment_name) as experiment_name,
    toLowCardinality(runs.variant) as variant,

    ----------  text
    toLowCardinality(placed_jobs.status) as status,
    placed_jobs.error_message as error_message,
    toLowCardinality(runs.primary_model) as model,
    toLowCardinality(runs.primary_provider) as provider,
    {{ training_method('registered_models') }},

    ----------  numerics
    toFloat64(dateDiff('millisecond', placed_jobs.queued_at, placed_jobs.started_at)) as queue_duration_ms,
    toFloat64(dateDiff('millisecond', placed_jobs.started_at, placed_jobs.ended_at)) as duration_ms,
    runs.total_cost_usd as total_cost_usd,

    ----------  timestamps
    placed_jobs.queued_at as queued_at,
    placed_jobs.started_at as started_at,
    placed_jobs.ended_at as ended_at,
    toDate(placed_jobs.queued_at) as queued_date

from placed_jobs
left join runs
    on placed_jobs.run_id = runs.run_id
left join registered_models
    on runs.primary_model = registered_models.model
