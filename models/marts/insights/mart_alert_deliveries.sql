{{ config(order_by='(channel, created_at, delivery_id)') }}

with

deliveries as (

    select * from {{ ref('stg_tokenhouse__deliveries') }}

)

select
    ----------  ids
    delivery_id,
    notice_id,
    delivery_rule_id,
    message_id,

    ----------  text
    channel,
    event,
    kind,
    severity,
    scope_id,
    title,
    state,
    problem,

    ----------  numerics
    occurrence,
    attempts,

    ----------  timestamps
    created_at,
    finished_at

from deliveries
