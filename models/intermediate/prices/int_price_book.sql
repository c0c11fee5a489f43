{{ config(order_by='(provider, model, valid_from)') }}

with

list_prices as (

    select * from {{ ref('model_prices') }}

),

history as (

    select * from {{ ref('price_history') }}

),

imported_prices as (

    select * from {{ ref('stg_tokenhouse__price_imports') }}

),

overrides as (

    select * from {{ ref('price_overrides') }}

),

multipliers as (

    select * from {{ ref('service_tier_multipliers') }}

),

listed as (

    {% for price_source, relation in {'list': 'list_prices', 'history': 'history', 'imported': 'imported_prices'}.items() -%}
        select
            '{{ price_source }}' as price_source,
            'book' as price_scope,
            model,
            provider,
            {{ price_columns() }}
        from {{ relation }}

        union all

    {% endfor -%}
    select
        'override' as price_source,
        override_scope as price_scope,
        if(override_scope = 'model', override_key, '') as model,
        if(override_scope = 'provider', override_key, '') as provider,
        {{ price_columns() }}
    from overrides

),

price_lists as (

    select
        * except (model, provider, service_tier),
        lower(model) as model,
        lower(provider) as provider,
        lower(service_tier) as service_tier,
        -- What tells the price lists of a model apart; of one first day, the one of fewer days is nearer.
        (price_source, price_scope, provider, model, valid_from, valid_to) as price_list,
        groupUniqArray(service_tier) over (partition by price_list) as listed_tiers
    from listed

),

-- A tier that a price list does not have, at the provider's own rule for it.
multiplied as (

    select
        price_lists.* except (
            service_tier, valid_from, valid_to,
            input_usd_per_million_tokens, output_usd_per_million_tokens, cache_read_usd_per_million_tokens,
            cache_write_5m_usd_per_million_tokens, cache_write_1h_usd_per_million_tokens,
            reasoning_usd_per_million_tokens
        ),
        multipliers.service_tier as service_tier,
        greatest(price_lists.valid_from, multipliers.valid_from) as valid_from,
        coalesce(
            least(price_lists.valid_to, multipliers.valid_to), price_lists.valid_to, multipliers.valid_to
        ) as valid_to,
    {% for kind in ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'reasoning'] -%}
        cast(
            price_lists.{{ kind }}_usd_per_million_tokens * multipliers.multiplier as Nullable(Decimal(18, 9))
        ) as {{ kind }}_usd_per_million_tokens{{ ',' if not loop.last }}
    {% endfor %}

    from price_lists
    inner join multipliers
        on price_lists.provider = multipliers.provider
    where
        price_lists.price_scope = 'book'
        and price_lists.service_tier = 'standard'
        and not has(price_lists.listed_tiers, multipliers.service_tier)

),

all_prices as (

    {% for relation in ['price_lists', 'multiplied'] -%}
        select
            price_source,
            price_scope,
            model,
            provider,
            price_list,
            {{ price_columns() }}
        from {{ relation }}
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}

)

select
    concat(
        price_source, ':', price_scope, ':', provider, ':', model, ':', toString(price_list.5),
        if(valid_to is null, '', concat('..', toString(assumeNotNull(valid_to)))),
        if(service_tier = 'standard', '', concat(':', service_tier)),
        if(above_input_tokens > 0, concat(':', toString(above_input_tokens)), '')
    ) as price_id,
    price_source,
    price_scope,
    model,
    provider,
    price_list.5 as listed_from,
    {{ price_columns() }}
from all_prices
