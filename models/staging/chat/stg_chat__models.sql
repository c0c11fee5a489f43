{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'user_id': 'String',
    'model_id': 'String',
    'name': 'String',
    'provider': 'String',
    'training_method': 'String',
    'base_model': 'String',
    'training_dataset': 'String',
    'evaluation_metrics': 'String',
    'metadata': 'String',
    'created_at': 'String',
    'updated_at': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'chat_models') }}

),

parsed as (

    select
        _run_key as registration_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.updated_at') }} as updated_at

    from records
    where _run_key != ''

),

-- A model is registered when it is trained and updated when it is deployed.
stated as (

    select
        *,
        (
            coalesce(updated_at, toDateTime64(0, 3, 'UTC')),
            coalesce({{ parse_timestamp("JSONExtractString(fields.metadata, 'deployed_at')") }}, toDateTime64(0, 3, 'UTC'))
        ) as state,
        max(state) over (partition by registration_id) as last_state
    from parsed

),

latest as (

    select
        registration_id,
        {{ merged_copies(fields, 'model') }},
        {{ json_fields({
            'training_job_id': 'String',
            'runpod_endpoint_id': 'String',
            'deployment_type': 'String',
            'deployed_at': 'String'
        }, '`model.metadata`') }} as deployment
    from stated
    where state = last_state
    group by registration_id

),

renamed as (

    select
        ----------  ids
        registration_id,
        model.user_id as user_id,
        deployment.training_job_id as training_job_id,
        deployment.runpod_endpoint_id as endpoint_id,

        ----------  text
        if(model.model_id != '', model.model_id, model.name) as model_id,
        model.name as name,
        lower(model.provider) as provider,
        -- A model without further training is a base model.
        if(model.training_method != '', lower(model.training_method), 'base') as training_method,
        model.base_model as base_model,
        model.training_dataset as training_dataset_json,
        model.evaluation_metrics as evaluation_metrics_json,
        deployment.deployment_type as deployment_type,

        ----------  timestamps
        {{ parse_timestamp('deployment.deployed_at') }} as deployed_at

    from latest

)

select * from renamed
