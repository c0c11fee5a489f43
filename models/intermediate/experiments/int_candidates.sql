{{ config(order_by='(run_id, step_name, reforge_step, candidate_index)') }}

with

calls as (

    select
        *,
        call_kind = 'sounding_attempt' as is_attempt
    from {{ ref('int_calls') }}
    where
        candidate_index is not null
        -- The evaluator names the candidate it chose; its own call is none of that candidate's.
        and call_kind != 'evaluator'

),

candidates as (

    select
        calls.run_id as run_id,
        calls.step_name as step_name,
        calls.reforge_step as reforge_step,
        calls.candidate_index as candidate_index,

        -- What the candidate is and can do is told by its own calls, not by its evaluator's.
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
        {{ sum_of_costs('calls.cost_usd') }} as cost_usd,
        toBool(max(coalesce(calls.is_winner, false))) as is_winner,
        max(calls.called_at) as last_called_at

    from calls
    group by
        calls.run_id,
        calls.step_name,
        calls.reforge_step,
        calls.candidate_index

)

select
    ----------  ids
    concat(
        run_id, '/', step_name, '/', toString(reforge_step), '/', toString(assumeNotNull(candidate_index))
    ) as candidate_id,
    -- The candidates that competed with each other.
    concat(run_id, '/', step_name, '/', toString(reforge_step)) as contest_id,
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
