{{ config(materialized='ephemeral') }}

{#- What providers report of days, next to the calls to them that were logged, by whatever source. -#}
with

reports as (

    select
        report_date as date,
        provider,
        {{ undated_model_name(normal_model_name('lower(model)')) }} as model,
        request_count,
        input_tokens + output_tokens as tokens,
        toDecimal128(cost_usd, 12) as cost_usd,
        model != '' as has_model
    from {{ ref('stg_generic__usage_reports') }}

),

-- What is reported at all of a provider's day; the rest is unknown.
reported_days as (

    select
        date,
        provider,
        max(has_model) as has_models,
        count(request_count) > 0 as has_requests,
        count(tokens) > 0 as has_tokens,
        count(cost_usd) > 0 as has_costs
    from reports
    group by date, provider

),

calls as (

    select
        called_date as date,
        {{ billing_provider('provider') }} as provider,
        {{ undated_model_name(normal_model_name('lower(model)')) }} as model,
        logged_call_count,
        total_tokens,
        cost_usd
    from {{ ref('int_calls') }}
    where
        is_billable
        and called_date in (select reported_days.date from reported_days)

),

logged_days as (

    select
        reported_days.date as date,
        reported_days.provider as provider,
        if(reported_days.has_models, calls.model, '') as model,
        sum(calls.logged_call_count) as request_count,
        {{ sum_of_tokens('calls.total_tokens') }} as tokens,
        {{ sum_of_costs('calls.cost_usd') }} as cost_usd
    from calls
    inner join reported_days
        on
            calls.date = reported_days.date
            and calls.provider = reported_days.provider
    group by date, provider, model

),

compared as (

    select
        date,
        provider,
        model,
        request_count as gateway_requests,
        0 as logged_requests,
        tokens as gateway_tokens,
        toUInt64(0) as logged_tokens,
        cost_usd as gateway_usd,
        toDecimal128(0, 12) as logged_usd
    from reports

    union all

    select
        date,
        provider,
        model,
        null as gateway_requests,
        request_count as logged_requests,
        null as gateway_tokens,
        tokens as logged_tokens,
        null as gateway_usd,
        cost_usd as logged_usd
    from logged_days

)

select
    compared.date as date,
    compared.provider as gateway,
    'provider' as entity_type,
    compared.provider as entity_id,
    compared.model as model,
    if(any(reported_days.has_requests), sum(coalesce(compared.gateway_requests, 0)), null) as gateway_request_count,
    toUInt64(sum(compared.logged_requests)) as logged_request_count,
    if(any(reported_days.has_tokens), sum(coalesce(compared.gateway_tokens, 0)), null) as gateway_tokens,
    toUInt64(sum(compared.logged_tokens)) as logged_tokens,
    if(any(reported_days.has_costs), {{ sum_of_costs('compared.gateway_usd') }}, null) as gateway_cost_usd,
    toDecimal128(sum(compared.logged_usd), 12) as logged_cost_usd
from compared
inner join reported_days
    on
        compared.date = reported_days.date
        and compared.provider = reported_days.provider
group by date, gateway, entity_type, entity_id, model
