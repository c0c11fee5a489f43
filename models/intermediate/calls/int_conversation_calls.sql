{{ config(order_by='conversation_id') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

named_calls as (

    select
        calls.* except (conversation_id),
        if(calls.conversation_id != '', calls.conversation_id, runs.conversation_id) as conversation_id
    from calls
    inner join runs
        on calls.run_id = runs.run_id

),

counted_models as (

    select
        conversation_id,
        model,
        provider,
        count() as model_calls

    from named_calls
    where
        conversation_id != ''
        and is_billable
    group by
        conversation_id,
        model,
        provider

),

primary_models as (

    select
        conversation_id,
        argMin((model, provider), (-toInt64(model_calls), model, provider)) as primary_model
    from counted_models
    group by conversation_id

),

summed_calls as (

    select
        conversation_id,
        min(source) as source,
        argMin(run_id, (called_at, call_id)) as first_run_id,
        uniqExact(run_id) as run_count,
        sum(logged_call_count) as call_count,
        countIf(is_error) as error_count,
        {{ sum_of_tokens('input_tokens') }} as total_input_tokens,
        {{ sum_of_tokens('output_tokens') }} as total_output_tokens,
        {{ sum_of_costs('cost_usd') }} as total_cost_usd,
        min(called_at) as first_called_at,
        max(called_at) as last_called_at

    from named_calls
    where conversation_id != ''
    group by conversation_id

)

select
    summed_calls.*,
    primary_models.primary_model.1 as primary_model,
    primary_models.primary_model.2 as primary_provider
from summed_calls
left join primary_models
    on summed_calls.conversation_id = primary_models.conversation_id
