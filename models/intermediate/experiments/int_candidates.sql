{{ config(order_by='(run_id, step_name, reforge_step, candidate_index)') }}

with

calls as (

    select
        *,
        call_kind = 'sounding_attempt' as is_attempt,
        call_kind = 'evaluator' as is_evaluator
    from {{ ref('int_calls') }}
    where candidate_index is not null

),

candidates as (

    select
        calls.run_id as run_id,
        calls.step_name as step_name,
        calls.reforge_step as reforge_step,
        calls.candidate_index as candidate_index,

        -- A candidate's prompt, model and score come from its own calls, not from its evaluator's.
        argMinIf(calls.species_hash, (calls.called_at, calls.call_id), calls.is_attempt) as species_hash,
        argMinIf(calls.model, (calls.called_at, calls.call_id), calls.is_attempt) as model,
        countIf(calls.is_attempt) as attempt_count,
        -- Averaged as decimals: floats would differ in the last digit with the order of the rows.
        avgIf(toDecimal128(calls.evaluator_score, 12), calls.is_attempt) as evaluator_score,
        -- A candidate of which one call has no price did not cost what the others add up to.
        if(
            countIf(calls.is_attempt and calls.cost_usd is not null) = attempt_count and attempt_count > 0,
            sumIf(calls.cost_usd, calls.is_attempt),
            null
        ) as attempt_cost_usd,
        sumIf(coalesce(calls.input_tokens, 0), calls.is_attempt) as input_tokens,
        sumIf(coalesce(calls.output_tokens, 0), calls.is_attempt) as output_tokens,
        -- The evaluator's own call is none of the candidate's that it judges.
        {{ sum_of_costs('if(calls.is_evaluator, null, calls.cost_usd)') }} as cost_usd,
        -- A winner is named on its own rows, on its evaluator's, or on both.
        toBool(max(coalesce(calls.is_winner, false))) as is_winner,
        maxIf(calls.called_at, not calls.is_evaluator) as last_called_at,
        countIf(not calls.is_evaluator) as call_count

    from calls
    group by
        calls.run_id,
        calls.step_name,
        calls.reforge_step,
        calls.candidate_index
    having call_count > 0

)

select
    ----------  ids
    {{ joined_id(['run_id', 'step_name', 'toString(reforge_step)', 'toString(assumeNotNull(candidate_index))']) }} as candidate_id,
    -- The candidates that competed with each other.
    {{ joined_id(['run_id', 'step_name', 'toString(reforge_step)']) }} as contest_id,
    run_id,
    species_hash,

    ----------  text
    step_name,
    model,

    ----------  numerics
    reforge_step,
    assumeNotNull(candidate_index) as candidate_index,
    attempt_count,
    input_tokens,
    output_tokens,
    evaluator_score,
    attempt_cost_usd,
    cost_usd,

    ----------  booleans
    is_winner,
    -- Before a winner is chosen nobody has lost.
    toBool(max(is_winner) over (partition by run_id, step_name, reforge_step)) as is_decided,

    ----------  timestamps
    last_called_at

from candidates
