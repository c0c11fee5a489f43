{{ config(
    order_by='(evaluated_date, source, evaluation_id)',
    partition_by='toYYYYMM(evaluated_date)',
) }}

with

evaluations as (

    select * from {{ ref('int_evaluations') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

calls as (

    select * from {{ ref('int_calls') }}
    where call_id in (select evaluations.call_id from evaluations)

)

select
    ----------  ids
    evaluations.evaluation_id as evaluation_id,
    toLowCardinality(evaluations.source) as source,
    evaluations.run_id as run_id,
    evaluations.call_id as call_id,
    if(
        evaluations.conversation_id != '', evaluations.conversation_id, runs.conversation_id
    ) as conversation_id,
    {{ run_dimensions('runs') }},

    ----------  text
    evaluations.evaluator as evaluator,
    toLowCardinality(evaluations.evaluation_kind) as evaluation_kind,
    toLowCardinality(evaluations.evaluation_name) as evaluation_name,
    evaluations.label as label,
    evaluations.failure_tags as failure_tags,
    -- Of the call that is judged; of a run or conversation, the one it used most.
    toLowCardinality(if(calls.call_id != '', calls.model, runs.primary_model)) as model,
    toLowCardinality(if(calls.call_id != '', calls.provider, runs.primary_provider)) as provider,
    {{ training_method('registered_models') }},
    toLowCardinality(runs.experiment_name) as experiment_name,
    toLowCardinality(runs.variant) as variant,
    toBool(runs.origin = 'widget') as is_widget,

    ----------  numerics
    evaluations.score as score,

    ----------  booleans
    evaluations.is_target_known as is_target_known,

    ----------  timestamps
    evaluations.evaluated_at as evaluated_at,
    toDate(evaluations.evaluated_at) as evaluated_date

from evaluations
left join runs
    on evaluations.run_id = runs.run_id
left join calls
    on evaluations.call_id = calls.call_id
left join registered_models
    on if(calls.call_id != '', calls.model, runs.primary_model) = registered_models.model
