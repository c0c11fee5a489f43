{{ config(order_by='(cohort_key, place)') }}

{#- In which place of each cohort an ended run is, in the order of ends: where the history of a later run begins. -#}
with

features as (

    select * from {{ ref('prediction_features') }}

),

ended_runs as (

    select
        arrayJoin(residual_cohort_keys) as cohort_key,
        assumeNotNull(ended_at) as run_ended_at,
        run_id,
        assumeNotNull(actual) as known_actual,
        input_sizes
    from features
    where
        ended_at is not null
        and actual is not null

)

select
    cohort_key,
    toInt64(row_number() over cohort_order) - 1 as place,
    run_ended_at,
    run_id,
    known_actual as actual,
    input_sizes
from ended_runs
window cohort_order as (
    partition by cohort_key
    order by run_ended_at, run_id
)
