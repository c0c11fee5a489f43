{{ config(order_by='run_id') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

candidates as (

    select * from {{ ref('int_candidates') }}

),

candidate_runs as (

    select
        run_id,
        argMaxIf(candidate_index, (last_called_at, step_name, reforge_step, candidate_index), is_winner) as winner_candidate_index,
        sumIf(cost_usd, is_winner) as winner_cost_usd,
        -- Summed as decimals, floats would differ in the last digit with the order of the rows.
        -- Where nobody won, nobody lost.
        avgIf(cost_usd, is_decided and not is_winner) as loser_avg_cost_usd,
        countIf(is_winner) as winner_count,
        countIf(is_decided and not is_winner) as loser_count

    from candidates
    group by run_id

),

-- A run's score is the mean of its winners' scores where candidates competed, else of all scores;
-- averaged as decimals for the same reason.
scored_calls as (

    select
        calls.run_id as run_id,
        toDecimal128(calls.evaluator_score, 12) as evaluator_score,
        coalesce(calls.is_winner, false) or candidates.is_winner as is_of_winner

    from calls
    left join candidates
        on
            calls.run_id = candidates.run_id
            and calls.step_name = candidates.step_name
            and calls.reforge_step = candidates.reforge_step
            and calls.candidate_index = candidates.candidate_index
    where calls.evaluator_score is not null

),

scored_runs as (

    select
        run_id,
        if(
            countIf(is_of_winner) > 0,
            avgIf(scored_calls.evaluator_score, is_of_winner),
            avg(scored_calls.evaluator_score)
        ) as evaluator_score

    from scored_calls
    group by run_id

),

judged_runs as (

    select run_id from candidate_runs

    union distinct

    select run_id from scored_runs

)

select
    judged_runs.run_id as run_id,
    scored_runs.evaluator_score as evaluator_score,
    if(candidate_runs.winner_count > 0, candidate_runs.winner_candidate_index, null) as winner_candidate_index,
    if(candidate_runs.winner_count > 0, candidate_runs.winner_cost_usd, null) as winner_cost_usd,
    if(candidate_runs.loser_count > 0, candidate_runs.loser_avg_cost_usd, null) as loser_avg_cost_usd
from judged_runs
left join candidate_runs
    on judged_runs.run_id = candidate_runs.run_id
left join scored_runs
    on judged_runs.run_id = scored_runs.run_id
