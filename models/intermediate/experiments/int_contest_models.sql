{{ config(order_by='(contest_id, model)') }}

with

candidates as (

    select * from {{ ref('int_candidates') }}
    where
        attempt_count > 0
        and is_decided
        and species_hash != ''

),

runs as (

    select * from {{ ref('int_runs') }}

)

-- Sums stay decimals until they are divided, so that no digit depends on the order of the rows.
select
    candidates.contest_id as contest_id,
    runs.workflow_id as workflow_id,
    candidates.species_hash as species_hash,
    candidates.step_name as step_name,
    candidates.model as model,
    count() as candidate_count,
    countIf(candidates.is_winner) as win_count,
    if(
        count(candidates.attempt_cost_usd) = count(),
        toFloat64(avg(candidates.attempt_cost_usd)),
        null
    ) as avg_cost_usd,
    avg(toDecimal128(candidates.evaluator_score, 12)) as avg_quality
from candidates
inner join runs
    on candidates.run_id = runs.run_id
group by
    contest_id,
    workflow_id,
    species_hash,
    step_name,
    model
