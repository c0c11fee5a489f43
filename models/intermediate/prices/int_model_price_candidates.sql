{{ config(materialized='view') }}

{#- The rows of the price book that a model's calls may be priced by, at their tier and in their region. -#}

{%- set price_terms = [
    'price_id', 'price_source', 'listed_from', 'valid_from', 'valid_to', 'above_input_tokens',
    'input_usd_per_million_tokens', 'output_usd_per_million_tokens', 'cache_read_usd_per_million_tokens',
    'cache_write_5m_usd_per_million_tokens', 'cache_write_1h_usd_per_million_tokens',
    'reasoning_usd_per_million_tokens', 'unit_prices_usd', 'region_multipliers', 'is_cache_in_input',
] %}

with

calls as (

    select * from {{ ref('int_calls__unioned') }}

),

price_book as (

    select * from {{ ref('int_price_book') }}

),

matches as (

    select * from {{ ref('int_model_matches') }}

),

requests as (

    select distinct
        provider,
        model,
        region,
        service_tier,
        {{ mapped('lower(service_tier)', var('service_tier_names')) }} as logged_tier,
        if(logged_tier = 'standard' and match(lower(model), '{{ var("model_name_fast") }}'), 'fast', logged_tier) as tier,
        {{ mapped('tier', var('service_tier_fallbacks')) }} as fallback_tier,
        {{ region_family('lower(region)') }} as family
    from calls
    where is_billable

),

named_prices as (

    select
        {% for column in ['provider', 'model', 'region', 'service_tier', 'logged_tier', 'tier', 'fallback_tier', 'family'] -%}
            requests.{{ column }} as {{ column }},
        {% endfor -%}
        matches.price_match as price_match,
        matches.valid_from as match_from,
        matches.valid_to as match_to,
        -- Most specific wins (R087): a model's own override, the book (by an alias first), the provider's
        -- own price, the default.
        multiIf(matches.price_scope = 'model', 1, matches.is_alias, 2, 3) as scope_rank,
        {% for column in price_terms -%}
            price_book.{{ column }} as {{ column }},
        {% endfor -%}
        price_book.provider as price_provider,
        price_book.model as price_model,
        price_book.service_tier as price_tier

    from requests
    inner join matches
        on
            requests.provider = matches.provider
            and requests.model = matches.model
            and requests.region = matches.region
    inner join price_book
        on
            matches.price_scope = price_book.price_scope
            and matches.price_provider = price_book.provider
            and matches.price_model = price_book.model

),

general_prices as (

    select
        {% for column in ['provider', 'model', 'region', 'service_tier', 'logged_tier', 'tier', 'fallback_tier', 'family'] -%}
            requests.{{ column }} as {{ column }},
        {% endfor -%}
        if(price_book.price_scope = 'provider', 'provider_price', 'default_price') as price_match,
        toDate('1970-01-01') as match_from,
        cast(null as Nullable(Date)) as match_to,
        if(price_book.price_scope = 'provider', 4, 5) as scope_rank,
        {% for column in price_terms -%}
            price_book.{{ column }} as {{ column }},
        {% endfor -%}
        if(price_book.price_scope = 'provider', price_book.provider, requests.provider) as price_provider,
        price_book.model as price_model,
        price_book.service_tier as price_tier

    from requests
    cross join price_book
    where
        (price_book.price_scope = 'provider' and price_book.provider = {{ billing_provider('requests.provider') }})
        or price_book.price_scope = 'default'

),

candidate_prices as (

    select * from named_prices

    union all

    select * from general_prices

),

regional_prices as (

    select
        *,
        -- The tier that was asked for, the one that is billed alike, the standard; any other is not billed.
        -- Where the tier is a part of the model's name, its standard price is no guess for it.
        multiIf(
            price_tier = tier, 1,
            price_tier = fallback_tier, 2,
            price_tier = 'standard' and (tier = logged_tier or price_match != 'variant'), 3,
            null
        ) as tier_rank,
        toDecimal64(
            multiIf(
                family = '', 1,
                mapContains(region_multipliers, lower(region)), region_multipliers[lower(region)],
                mapContains(region_multipliers, family), region_multipliers[family],
                mapContains(region_multipliers, 'regional'), region_multipliers['regional'],
                1
            ),
            3
        ) as multiplier
    from candidate_prices

)

select * from regional_prices
