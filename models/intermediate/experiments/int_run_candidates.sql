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
        argMaxIf(candidate_index, (last_called_at, step_name, reforge_step), is_winner) as winner_candidate_index,
        sumIf(cost_usd, is_winner) as winner_cost_usd,
        -- Summed as decimals, floats would differ in the last digit with the order of the rows.
        avgIf(cost_usd, not is_winner) as loser_avg_cost_usd,
        countIf(is_winner) as winner_count,
        countIf(not is_winner) as loser_count

    from candidates
    group by run_id

),

-- A run is as good as what it kept: the winners' scores where candidates competed, else all scores;
-- averaged as decimals for the same reason.
scored_runs as (

    select
        run_id,
        if(
            countIf(calls.is_winner) > 0,
            avgIf(toDecimal128(calls.evaluator_score, 12), calls.is_winner),
            avg(toDecimal128(calls.evaluator_score, 12))
        ) as evaluator_score

    from calls
    where calls.evaluator_score is not null
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
