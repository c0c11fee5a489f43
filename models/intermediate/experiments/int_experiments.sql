{{ config(order_by='(source, experiment_name, variant)') }}

with

runs as (

    select * from {{ ref('int_runs') }}
    where experiment_name != ''

),

evaluations as (

    select * from {{ ref('int_evaluations') }}

),

-- A run's evaluations of all kinds are averaged first, so that each run has the same weight.
run_scores as (

    select
        run_id,
        -- As a decimal: a mean of floats differs in the last digit with the order of the rows.
        avg(toDecimal128(score, 12)) as run_score,
        count() as evaluation_count
    from evaluations
    where
        score is not null
        and run_id in (select runs.run_id from runs)
    group by run_id

)

select
    runs.source as source,
    runs.experiment_name as experiment_name,
    runs.variant as variant,
    count() as run_count,
    uniqExactIf(runs.conversation_id, runs.conversation_id != '') as conversation_count,
    uniqExactIf(runs.user_id, runs.user_id != '') as user_count,
    countIf(runs.error_count > 0) as error_run_count,
    sum(run_scores.evaluation_count) as evaluation_count,
    countIf(run_scores.evaluation_count > 0) as evaluated_run_count,
    if(
        evaluated_run_count = 0,
        null,
        sumIf(run_scores.run_score, run_scores.evaluation_count > 0) / evaluated_run_count
    ) as avg_score,
    {{ sum_of_costs('runs.total_cost_usd') }} as total_cost_usd,
    min(runs.started_at) as first_started_at,
    max(runs.started_at) as last_started_at
from runs
left join run_scores
    on runs.run_id = run_scores.run_id
group by
    source,
    experiment_name,
    variant
