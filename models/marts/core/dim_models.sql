{{ config(order_by='model') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

called_models as (

    select
        model,
        arraySort(groupUniqArray(provider)) as providers,
        sum(logged_call_count) as call_count,
        min(called_at) as first_called_at,
        max(called_at) as last_called_at

    from calls
    where is_billable
    group by model

),

latest_models as (

    select * from {{ ref('int_registered_models') }}

),

model_names as (

    select model from called_models

    union distinct

    select model from latest_models

)

select
    ----------  ids
    model_names.model as model,
    latest_models.model_id as model_id,
    latest_models.user_id as user_id,
    latest_models.training_job_id as training_job_id,
    latest_models.endpoint_id as endpoint_id,

    ----------  text
    latest_models.name as name,
    latest_models.provider as provider,
    called_models.providers as billing_providers,
    toLowCardinality(latest_models.training_method) as training_method,
    latest_models.base_model as base_model,
    latest_models.training_dataset_json as training_dataset_json,
    latest_models.evaluation_metrics_json as evaluation_metrics_json,
    latest_models.deployment_type as deployment_type,

    ----------  numerics
    latest_models.registration_count as registration_count,
    called_models.call_count as call_count,

    ----------  booleans
    toBool(latest_models.registration_count > 0) as is_registered,

    ----------  timestamps
    latest_models.deployed_at as deployed_at,
    if(called_models.call_count = 0, null, called_models.first_called_at) as first_called_at,
    if(called_models.call_count = 0, null, called_models.last_called_at) as last_called_at

from model_names
left join called_models
    on model_names.model = called_models.model
left join latest_models
    on model_names.model = latest_models.model
