{{ config(order_by='conversation_id') }}

with

evaluations as (

    select * from {{ ref('int_evaluations') }}
    where conversation_id != ''

)

select
    conversation_id,
    count() as evaluation_count,
    -- As a decimal: floats would differ in the last digit with the order of the rows.
    avgIf(toDecimal128(score, 12), evaluation_kind = 'rating') as avg_rating_score,
    sum(length(failure_tags)) as failure_tag_count,
    -- Of several verdicts the newest.
    cast(
        argMaxIf(score = 1, (evaluated_at, evaluation_id), evaluation_kind = 'success' and score is not null)
        as Nullable(Bool)
    ) as is_success
from evaluations
group by conversation_id
