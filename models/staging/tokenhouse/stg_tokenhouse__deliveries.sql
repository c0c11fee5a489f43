with

source as (

    select * from {{ source('tokenhouse', 'deliveries') }}

),

newest as (

    select * from source
    order by change_number desc
    limit 1 by delivery_id

)

select
    delivery_id,
    channel,
    delivery_rule_id,
    event,
    kind,
    notice_id,
    occurrence,
    severity,
    scope_id,
    title,
    message_id,
    state,
    attempts,
    problem,
    created_at,
    finished_at
from newest
-- When a channel was seen first is no delivery.
where event != 'channel'
