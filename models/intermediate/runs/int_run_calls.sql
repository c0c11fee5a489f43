{{ config(order_by='run_id') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

summed_runs as (

    select
        run_id,
        {{ sum_of_costs('cost_usd') }} as total_cost_usd,
        {{ sum_of_tokens('input_tokens') }} as total_input_tokens,
        {{ sum_of_tokens('output_tokens') }} as total_output_tokens,
        -- Of a row that is several calls, no one knows the first.
        tupleElement(
            argMin(tuple(if(logged_call_count = 1, uncached_input_cost_usd, null)), (called_at, call_id)), 1
        ) as first_input_cost_usd,
        sum(logged_call_count) as call_count,
        countIf(cost_usd is null and is_billable) as unpriced_call_count,
        countIf(input_tokens is null and is_billable) as unmeasured_call_count,
        countIf(is_error) as call_error_count,
        max(reforge_step) as reforge_depth,
        uniqExactIf(
            (step_name, reforge_step, candidate_index),
            candidate_index is not null and call_kind != 'evaluator'
        ) as candidate_count,
        -- User and the like of the run, from the earliest call that has them: for sources that log them with calls only.
        {% for dimension in ['user_id', 'team_id', 'organization_id', 'conversation_id'] -%}
            argMinIf({{ dimension }}, (called_at, call_id), {{ dimension }} != '') as {{ dimension }},
        {% endfor -%}
        uniqExactIf(step_name, step_name != '') as step_count

    from calls
    group by run_id

),

-- Models in the order in which they were called; ties by id, so that the order is one.
ordered_models as (

    select
        run_id,
        arraySort(groupArray((called_at, call_id, model, provider))) as calls,
        arrayMap(call -> call.3, calls) as models
    from calls
    where
        is_billable
        and model != ''
    group by run_id

),

model_mixes as (

    select
        run_id,
        arraySort(arrayDistinct(models)) as models_used,
        arraySort(arrayDistinct(arrayFilter(provider -> provider != '', arrayMap(call -> call.4, calls)))) as providers_used,
        -- The most used; of equals the first by name.
        arraySort(
            model -> (-toInt64(countEqual(models, model)), model),
            models_used
        )[1] as primary_model,
        arrayMap(call -> call.4, arrayFilter(call -> call.3 = primary_model, calls)) as primary_providers,
        arraySort(
            provider -> (-toInt64(countEqual(primary_providers, provider)), provider),
            arrayDistinct(primary_providers)
        )[1] as primary_provider,
        arrayCount(
            (model, previous) -> model != previous,
            arrayPopFront(models),
            arrayPopBack(models)
        ) as model_switches

    from ordered_models

),

species_counts as (

    select
        run_id,
        species_hash,
        count() as species_calls
    from calls
    where species_hash != ''
    group by
        run_id,
        species_hash

),

primary_species as (

    select
        run_id,
        argMin(species_hash, (-toInt64(species_calls), species_hash)) as species_hash
    from species_counts
    group by run_id

)

select
    summed_runs.run_id as run_id,
    summed_runs.total_cost_usd as total_cost_usd,
    summed_runs.total_input_tokens as total_input_tokens,
    summed_runs.total_output_tokens as total_output_tokens,
    summed_runs.first_input_cost_usd as first_input_cost_usd,
    summed_runs.call_count as call_count,
    summed_runs.unpriced_call_count as unpriced_call_count,
    summed_runs.unmeasured_call_count as unmeasured_call_count,
    summed_runs.call_error_count as call_error_count,
    summed_runs.reforge_depth as reforge_depth,
    summed_runs.candidate_count as candidate_count,
    summed_runs.step_count as step_count,
    summed_runs.user_id as user_id,
    summed_runs.team_id as team_id,
    summed_runs.organization_id as organization_id,
    summed_runs.conversation_id as conversation_id,
    model_mixes.models_used as models_used,
    model_mixes.providers_used as providers_used,
    model_mixes.primary_model as primary_model,
    model_mixes.primary_provider as primary_provider,
    toUInt32(model_mixes.model_switches) as model_switches,
    nullIf(primary_species.species_hash, '') as species_hash_primary
from summed_runs
left join model_mixes
    on summed_runs.run_id = model_mixes.run_id
left join primary_species
    on summed_runs.run_id = primary_species.run_id
