{{ config(enabled='chat' in var('sources')) }}

with

models as (

    select * from {{ ref('stg_chat__models') }}

)

select
    'chat' as source,
    registration_id as run_key,
    {{ run_id("'chat'", 'registration_id') }} as model_id,
    models.model_id as model,
    name,
    provider,
    user_id,
    training_method,
    base_model,
    training_dataset_json,
    evaluation_metrics_json,
    training_job_id,
    endpoint_id,
    deployment_type,
    deployed_at
from models
