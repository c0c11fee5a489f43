{{ config(order_by='(date, gateway, entity_type, entity_id, model)') }}

{#- What providers report of days, next to the calls to them that were logged, by whatever source. -#}
with

reports as (

    select * from {{ ref('int_reported_entities') }}

),

calls as (

    select
        called_date as date,
        {{ undated_model_name(normal_model_name('lower(model)')) }} as model,
        api_key_id,
        user_id,
        logged_call_count,
        total_tokens,
        cost_usd,
        -- Claude Code has a report of its own, in addition to its provider's.
        arrayJoin(arrayConcat(
            [{{ billing_provider('provider') }}], if(source = 'claude_code', ['claude_code'], emptyArrayString())
        )) as provider
    from {{ ref('int_calls') }}
    where is_billable

),

-- What is reported at all of an entity's kind and day; the rest is unknown.
reported_days as (

    select
        date,
        provider,
        entity.1 as entity_type,
        max(has_model) as has_models,
        count(request_count) > 0 as has_requests,
        count(tokens) > 0 as has_tokens,
        count(cost_usd) > 0 as has_costs
    from reports
    group by date, provider, entity_type

),

called_entities as (

    select
        * except (api_key_id, user_id),
        arrayJoin(arrayFilter(
            named -> named.2 != '', [('provider', provider), ('api_key', api_key_id), ('user', user_id)]
        )) as entity
    from calls
    where (date, provider, entity) in (select (reports.date, reports.provider, reports.entity) from reports)

),

logged_days as (

    select
        reported_days.date as date,
        reported_days.provider as provider,
        called_entities.entity as entity,
        if(reported_days.has_models, called_entities.model, '') as model,
        sum(called_entities.logged_call_count) as request_count,
        {{ sum_of_tokens('called_entities.total_tokens') }} as tokens,
        {{ sum_of_costs('called_entities.cost_usd') }} as cost_usd
    from called_entities
    inner join reported_days
        on
            called_entities.date = reported_days.date
            and called_entities.provider = reported_days.provider
            and called_entities.entity.1 = reported_days.entity_type
    group by date, provider, entity, model

),

compared as (

    select
        date,
        provider,
        entity,
        model,
        request_count as gateway_requests,
        0 as logged_requests,
        tokens as gateway_tokens,
        toUInt64(0) as logged_tokens,
        cost_usd as gateway_usd,
        toDecimal128(0, 12) as logged_usd,
        is_count_unknown,
        are_tokens_unknown,
        is_cost_unknown
    from reports

    union all

    select
        date,
        provider,
        entity,
        model,
        null as gateway_requests,
        request_count as logged_requests,
        null as gateway_tokens,
        tokens as logged_tokens,
        null as gateway_usd,
        cost_usd as logged_usd,
        false as is_count_unknown,
        false as are_tokens_unknown,
        false as is_cost_unknown
    from logged_days

)

select
    compared.date as date,
    compared.provider as gateway,
    compared.entity.1 as entity_type,
    compared.entity.2 as entity_id,
    compared.model as model,
    if(any(reported_days.has_requests) and not max(is_count_unknown), sum(coalesce(compared.gateway_requests, 0)), null)
        as gateway_request_count,
    toUInt64(sum(compared.logged_requests)) as logged_request_count,
    if(any(reported_days.has_tokens) and not max(are_tokens_unknown), sum(coalesce(compared.gateway_tokens, 0)), null)
        as gateway_tokens,
    toUInt64(sum(compared.logged_tokens)) as logged_tokens,
    if(
        any(reported_days.has_costs) and not max(is_cost_unknown), {{ sum_of_costs('compared.gateway_usd') }}, null
    ) as gateway_cost_usd,
    toDecimal128(sum(compared.logged_usd), 12) as logged_cost_usd
from compared
inner join reported_days
    on
        compared.date = reported_days.date
        and compared.provider = reported_days.provider
        and compared.entity.1 = reported_days.entity_type
group by date, gateway, entity_type, entity_id, model
