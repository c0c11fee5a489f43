{{ config(
    enabled='litellm' in var('sources'),
    order_by='(date, entity_type, entity_id, model)',
) }}

{#- LiteLLM's daily totals next to the requests that it logged. -#}
with

requests as (

    select * from {{ ref('stg_litellm__spend_logs') }}

),

daily_spend as (

    select * from {{ ref('stg_litellm__daily_spend') }}

),

-- A request is in the daily totals of its user, its team, and of each of its tags: each kind adds up to
-- what its requests cost, except tags, of which a request may have several.
entities as (

    select
        requests.*,
        arrayJoin(arrayConcat(
            [
                ('all', ''),
                ('user', requests.user_id),
                ('team', requests.team_id),
                ('organization', requests.organization_id),
                ('end_user', requests.end_user_id),
                ('agent', requests.agent_id)
            ],
            arrayMap(tag -> ('tag', tag), requests.tags)
        )) as entity
    from requests

),

logged_days as (

    select
        toDate(entities.started_at) as date,
        entity.1 as entity_type,
        entity.2 as entity_id,
        entities.model as model,
        count() as request_count,
        {{ sum_of_tokens('entities.prompt_tokens') }} as prompt_tokens,
        {{ sum_of_tokens('entities.completion_tokens') }} as completion_tokens,
        {{ sum_of_costs('entities.spend_usd') }} as cost_usd
    from entities
    -- LiteLLM keeps a row for requests without a user, but none for those without a team and the like.
    where
        entity.1 in ('all', 'user')
        or entity.2 != ''
    group by date, entity_type, entity_id, model

),

gateway_days as materialized (

    select
        daily_spend.spend_date as date,
        daily_spend.entity_type as entity_type,
        daily_spend.entity_id as entity_id,
        daily_spend.model as model,
        sum(daily_spend.request_count) as request_count,
        sum(daily_spend.prompt_tokens) as prompt_tokens,
        sum(daily_spend.completion_tokens) as completion_tokens,
        {{ sum_of_costs('daily_spend.spend_usd') }} as cost_usd
    from daily_spend
    group by date, entity_type, entity_id, model

),

-- Only what was dumped on both sides can disagree.
dumped_days as (

    select distinct
        date,
        entity_type
    from gateway_days

),

compared as (

    select
        date,
        entity_type,
        entity_id,
        model,
        0 as gateway_requests,
        request_count as logged_requests,
        toInt64(0) as gateway_tokens,
        toInt64(prompt_tokens + completion_tokens) as logged_tokens,
        toDecimal128(0, 12) as gateway_usd,
        cost_usd as logged_usd
    from logged_days
    where (date, entity_type) in (
        select
            dumped_days.date,
            dumped_days.entity_type
        from dumped_days
    )

    union all

    select
        date,
        entity_type,
        entity_id,
        model,
        request_count as gateway_requests,
        0 as logged_requests,
        toInt64(prompt_tokens + completion_tokens) as gateway_tokens,
        toInt64(0) as logged_tokens,
        cost_usd as gateway_usd,
        toDecimal128(0, 12) as logged_usd
    from gateway_days

)

select
    compared.date as date,
    'litellm' as gateway,
    compared.entity_type as entity_type,
    compared.entity_id as entity_id,
    compared.model as model,
    toNullable(toUInt64(sum(compared.gateway_requests))) as gateway_request_count,
    toUInt64(sum(compared.logged_requests)) as logged_request_count,
    toNullable(toUInt64(sum(compared.gateway_tokens))) as gateway_tokens,
    toUInt64(sum(compared.logged_tokens)) as logged_tokens,
    toNullable(toDecimal128(sum(compared.gateway_usd), 12)) as gateway_cost_usd,
    toDecimal128(sum(compared.logged_usd), 12) as logged_cost_usd
from compared
group by date, entity_type, entity_id, model
