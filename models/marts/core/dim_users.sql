{{ config(order_by='user_id') }}

with

users as (

    select * from {{ ref('int_users') }}

)

select
    ----------  ids
    user_id,
    organization_id,
    team_id,
    toLowCardinality(primary_model) as primary_model,

    ----------  numerics
    run_count,
    conversation_count,
    message_count,
    active_days,
    cost_usd,
    total_tokens,
    avg_rating,
    success_share,
    error_share,
    avg_latency_ms,
    avg_sentiment,
    days_since_last,

    ----------  booleans
    is_new_30d,

    ----------  timestamps
    first_seen_at,
    last_seen_at,
    first_week

from users
