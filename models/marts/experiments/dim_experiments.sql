{{ config(order_by='(experiment_name, variant, source)') }}

with

experiments as (

    select * from {{ ref('int_experiments') }}

)

select
    ----------  ids
    toLowCardinality(source) as source,
    experiment_name,
    variant,

    ----------  numerics
    run_count,
    conversation_count,
    user_count,
    error_run_count,
    evaluated_run_count,
    evaluation_count,
    toFloat64(avg_score) as avg_score,
    total_cost_usd,

    ----------  timestamps
    first_started_at,
    last_started_at

from experiments
