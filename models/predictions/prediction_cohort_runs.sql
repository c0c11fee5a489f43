{{ config(order_by='(cohort_key, place)') }}

{#- In which place of each cohort an ended run is, in the order of ends: where the history of a later run begins. -#}
with

features as (

    select * from {{ ref('prediction_features') }}

),

lines as (

    select * from {{ ref('prediction_lines') }}

),

ended_runs as (

    select
        arrayJoin(features.residual_cohort_keys) as cohort_key,
        assumeNotNull(features.ended_at) as run_ended_at,
        features.run_id as run_id,
        assumeNotNull(features.actual) as known_actual,
        features.input_sizes as input_sizes,
        lines.residual as residual
    from features
    inner join lines
        on
            features.run_id = lines.run_id
            and features.metric = lines.metric
    where
        features.ended_at is not null
        and features.actual is not null

)

select
    cohort_key,
    toInt64(row_number() over cohort_order) - 1 as place,
    run_ended_at,
    run_id,
    known_actual as actual,
    input_sizes,
    residual
from ended_runs
window cohort_order as (
    partition by cohort_key
    order by run_ended_at, run_id
)
