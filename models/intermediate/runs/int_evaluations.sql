{{ config(order_by='(run_id, evaluation_id)') }}

with

calls as (

    select * from {{ ref('int_calls') }}

)

-- Scores come with the call they judge; one evaluation each.
select
    call_id as evaluation_id,
    run_id,
    call_id,
    source,
    if(is_run_level, 'quality_score', 'evaluator_score') as evaluation_kind,
    evaluator_score as score,
    called_at as evaluated_at
from calls
where evaluator_score is not null
