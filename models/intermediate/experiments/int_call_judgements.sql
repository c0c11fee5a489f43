{{ config(order_by='call_id') }}

with

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where call_id != ''

)

select
    call_id,
    -- Stars from 1 to 5, as people gave them; a decimal, as floats differ in the last digit with the order of the rows.
    toFloat64(1 + 4 * avgIf(toDecimal128(score, 12), evaluation_kind = 'rating')) as rating,
    countIf(evaluation_kind = 'rating' and score is not null) as rating_count,
    -- Of several verdicts the newest.
    cast(
        argMaxIf(score = 1, (evaluated_at, evaluation_id), evaluation_kind = 'success' and score is not null)
        as Nullable(Bool)
    ) as is_success,
    arraySort(arrayDistinct(arrayFlatten(groupArray(evaluations.failure_tags)))) as failure_tags
from evaluations
group by call_id
