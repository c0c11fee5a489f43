{{ config(order_by='(species_hash, cascade_id, cell_name, model)') }}

with

attempts as (

    select * from {{ ref('int_calls') }}
    where
        source = 'cascade'
        and call_kind = 'sounding_attempt'
        and species_hash != ''

),

runs as (

    select * from {{ ref('int_runs') }}

),

-- Means over logged attempts; sums are divided as decimals, so that equal means are equal.
candidates as (

    select
        attempts.species_hash as species_hash,
        runs.workflow_id as cascade_id,
        attempts.step_name as cell_name,
        attempts.model as model,
        count() as attempt_count,
        toFloat64(sum(attempts.cost_usd) / nullIf(count(attempts.cost_usd), 0)) as avg_cost,
        toFloat64(
            sum(toDecimal128(attempts.evaluator_score, 12)) / nullIf(count(attempts.evaluator_score), 0)
        ) as avg_quality

    from attempts
    inner join runs
        on attempts.run_id = runs.run_id
    group by
        species_hash,
        cascade_id,
        cell_name,
        model

),

-- As document B writes it: rows of a species are compared across its cells and cascades.
candidates_with_rivals as (

    select
        *,
        groupArray((model, avg_cost, avg_quality)) over (partition by species_hash) as rivals

    from candidates

)

select
    species_hash,
    cascade_id,
    cell_name,
    toLowCardinality(model) as model,
    attempt_count,
    avg_cost,
    avg_quality,
    -- What is unknown compares as false: such a row beats nobody, and nobody beats it.
    toBool(not arrayExists(
        rival -> (
            rival.1 != model
            and coalesce(rival.2 <= avg_cost and rival.3 >= avg_quality, false)
            and coalesce(rival.2 < avg_cost or rival.3 > avg_quality, false)
        ),
        rivals
    )) as is_pareto
from candidates_with_rivals
