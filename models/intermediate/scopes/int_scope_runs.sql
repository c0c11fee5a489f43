{{ config(order_by='run_id') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

evaluations as (

    select * from {{ ref('int_evaluations') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

-- A run is in the scope of every model, provider, key and tag of its calls, and of how the models were trained.
used as (

    select
        calls.run_id as run_id,
        arraySort(groupUniqArray(calls.model)) as models,
        arraySort(groupUniqArray(calls.provider)) as providers,
        arraySort(groupUniqArray(calls.api_key_id)) as api_keys,
        arraySort(groupUniqArray({{ training_method_of('registered_models') }})) as training_methods,
        arraySort(groupUniqArrayArray(calls.tags)) as tags
    from calls
    left join registered_models
        on calls.model = registered_models.model
    group by run_id

),

-- The newest verdict of a run counts.
checks as (

    select
        run_id,
        argMax(label, (evaluated_at, evaluation_id)) as qa_status
    from evaluations
    where evaluation_kind = 'qa_status'
    group by run_id

)

select
    ----------  ids
    runs.run_id as run_id,
    runs.source as source,
    runs.organization_id as organization_id,
    runs.team_id as team_id,
    runs.project as project,
    runs.workflow_id as workflow_id,
    runs.user_id as user_id,

    ----------  text
    runs.environment as environment,
    runs.origin as channel,
    runs.mode as mode,
    {% for list in ['models', 'providers', 'api_keys', 'tags'] -%}
        if(empty(used.{{ list }}), [''], used.{{ list }}) as {{ list }},
    {% endfor -%}
    if(empty(used.training_methods), ['base'], used.training_methods) as training_methods,
    {{ training_method_of('registered_models') }} as primary_training_method,
    runs.primary_model as primary_model,
    runs.primary_provider as primary_provider,
    {{ run_status('runs.status', 'runs.ended_at') }} as status,
    checks.qa_status as qa_status,

    ----------  numerics
    -- Nothing takes no time: 0 is a duration that was not logged.
    if(runs.is_completed, nullIf(runs.total_duration_ms, 0), null) as duration_ms,
    runs.total_cost_usd as total_cost_usd,

    ----------  timestamps
    runs.started_at as started_at,
    toDate(runs.started_at) as started_date,
    runs.ended_at as ended_at

from runs
left join used
    on runs.run_id = used.run_id
left join checks
    on runs.run_id = checks.run_id
left join registered_models
    on runs.primary_model = registered_models.model
