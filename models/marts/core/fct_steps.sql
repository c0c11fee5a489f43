{{ config(order_by='(workflow_id, run_id, step_name)') }}

with

steps as (

    select * from {{ ref('int_steps') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

)

select
    ----------  ids
    steps.step_id as step_id,
    toLowCardinality(steps.source) as source,
    steps.run_id as run_id,
    {{ fact_dimensions('runs') }},

    ----------  text
    steps.step_name as step_name,
    toLowCardinality(steps.step_kind) as step_kind,
    toLowCardinality(steps.status) as status,
    steps.error_type as error_type,
    toLowCardinality(steps.primary_model) as model,
    toLowCardinality(steps.primary_provider) as provider,
    {{ training_method('registered_models') }},

    ----------  numerics
    steps.total_cost_usd as total_cost_usd,
    steps.total_input_tokens as total_input_tokens,
    steps.total_output_tokens as total_output_tokens,
    steps.call_count as call_count,
    steps.error_count as error_count,
    steps.attempt_count as attempt_count,
    steps.model_duration_ms as model_duration_ms,
    steps.duration_ms as duration_ms,

    ----------  booleans
    steps.is_error as is_error,

    ----------  timestamps
    steps.started_at as started_at,
    steps.ended_at as ended_at,
    toDate(steps.started_at) as started_date

from steps
inner join runs
    on steps.run_id = runs.run_id
left join registered_models
    on steps.primary_model = registered_models.model
