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
        uniqExactIf(step_name, step_name != '') as step_count,
        -- In the order in which they were called; ties by id, so that the order is one.
        arraySort(groupArrayIf((called_at, call_id, model, provider), is_billable and model != '')) as ordered_calls,
        groupArrayIf(calls.species_hash, calls.species_hash != '') as species

    from calls
    group by run_id

),

mixed_runs as (

    select
        *,
        arrayMap(call -> call.3, ordered_calls) as models,
        arraySort(arrayDistinct(models)) as models_used,
        arraySort(arrayDistinct(arrayFilter(provider -> provider != '', arrayMap(call -> call.4, ordered_calls)))) as providers_used,
        -- The most used; of equals the first by name.
        arraySort(
            model -> (-toInt64(countEqual(models, model)), model),
            models_used
        )[1] as primary_model,
        arrayMap(call -> call.4, arrayFilter(call -> call.3 = primary_model, ordered_calls)) as primary_providers,
        arraySort(
            provider -> (-toInt64(countEqual(primary_providers, provider)), provider),
            arrayDistinct(primary_providers)
        )[1] as primary_provider,
        -- Alike: of a species that is there for the nth time, the largest n is how often it is there.
        arraySort(
            (hash, place) -> (-toInt64(place), hash),
            species,
            arrayEnumerateUniq(species)
        )[1] as primary_species,
        arrayCount(
            (model, previous) -> model != previous,
            arrayPopFront(models),
            arrayPopBack(models)
        ) as model_switches

    from summed_runs

)

select
    run_id,
    total_cost_usd,
    total_input_tokens,
    total_output_tokens,
    first_input_cost_usd,
    call_count,
    unpriced_call_count,
    unmeasured_call_count,
    call_error_count,
    reforge_depth,
    candidate_count,
    step_count,
    user_id,
    team_id,
    organization_id,
    conversation_id,
    models_used,
    providers_used,
    primary_model,
    primary_provider,
    toUInt32(model_switches) as model_switches,
    nullIf(primary_species, '') as species_hash_primary
from mixed_runs
