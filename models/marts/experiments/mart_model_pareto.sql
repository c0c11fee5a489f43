{{ config(order_by='(workflow_id, species_hash, step_name, model)') }}

with

candidates as (

    select * from {{ ref('int_candidates') }}
    where
        attempt_count > 0
        and species_hash != ''

),

runs as (

    select * from {{ ref('int_runs') }}

),

-- Sums are divided as decimals: equal means stay equal, whatever the number of candidates.
competing_models as (

    select
        runs.workflow_id as workflow_id,
        candidates.species_hash as species_hash,
        candidates.step_name as step_name,
        candidates.model as model,
        count() as candidate_count,
        countIf(candidates.is_decided) as decided_candidate_count,
        countIf(candidates.is_winner) as win_count,
        count(candidates.attempt_cost_usd) as priced_candidate_count,
        count(candidates.evaluator_score) as scored_candidate_count,
        toFloat64(
            sum(candidates.attempt_cost_usd) / nullIf(priced_candidate_count, 0)
        ) as avg_cost_usd,
        toFloat64(
            sum(toDecimal128(candidates.evaluator_score, 12)) / nullIf(scored_candidate_count, 0)
        ) as avg_quality,
        max(candidates.last_called_at) as last_called_at

    from candidates
    inner join runs
        on candidates.run_id = runs.run_id
    group by
        workflow_id,
        species_hash,
        step_name,
        model

),

-- A step is compared with itself only: another step of the species does other work.
models_with_rivals as (

    select
        *,
        toBool(avg_cost_usd is not null and avg_quality is not null) as is_comparable,
        groupArrayIf(
            (model, coalesce(avg_cost_usd, 0), coalesce(avg_quality, 0)),
            is_comparable
        ) over (partition by workflow_id, species_hash, step_name) as rivals

    from competing_models

),

compared_models as (

    select
        *,
        arraySort(arrayMap(
            rival -> toString(rival.1),
            arrayFilter(
                rival -> (
                    is_comparable
                    and rival.2 <= coalesce(avg_cost_usd, 0)
                    and rival.3 >= coalesce(avg_quality, 0)
                    and (rival.2 < coalesce(avg_cost_usd, 0) or rival.3 > coalesce(avg_quality, 0))
                ),
                rivals
            )
        )) as dominated_by

    from models_with_rivals

)

select
    ----------  ids
    workflow_id,
    species_hash,
    step_name,
    model,

    ----------  counts
    candidate_count,
    priced_candidate_count,
    scored_candidate_count,
    decided_candidate_count,
    win_count,

    ----------  frontier
    avg_cost_usd,
    avg_quality,
    dominated_by,
    -- A model of unknown cost or quality is not judged, and dominates none.
    if(is_comparable, toBool(empty(dominated_by)), null) as is_pareto,

    ----------  wins
    {{ safe_ratio('win_count', 'decided_candidate_count') }} as win_ratio,
    {{ wilson_bound('win_count', 'decided_candidate_count', 'lower') }} as win_ratio_lower,
    {{ wilson_bound('win_count', 'decided_candidate_count', 'upper') }} as win_ratio_upper,

    ----------  timestamps
    last_called_at

from compared_models
