{{ config(materialized='view') }}

{%- set parts_of_tokens = {
    'cache_read_tokens': 'logged_input_tokens',
    'cache_write_5m_tokens': 'logged_input_tokens',
    'cache_write_1h_tokens': 'logged_input_tokens',
    'reasoning_tokens': 'output_tokens',
} %}

with

calls as (

    select * from {{ ref('int_calls__unioned') }}

),

model_prices as (

    select * from {{ ref('int_model_prices') }}

),

-- Providers disagree on whether `input_tokens` include the cached ones: the log may say, else the counts
-- themselves rule one reading out, else the price book knows its provider.
counted_calls as (

    select
        calls.* except (cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens),
        model_prices.prices as prices,
        -- A part of known tokens that is not stated is none; of unknown tokens no part is known.
        {% for part, whole in parts_of_tokens.items() -%}
            if(calls.{{ whole }} is null, null, coalesce(calls.{{ part }}, 0)) as {{ part }},
        {% endfor -%}
        cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens as cached_tokens,
        coalesce(
            calls.is_cache_in_input,
            if(cached_tokens > calls.logged_input_tokens, false, null),
            if(empty(model_prices.prices), null, tupleElement(model_prices.prices[1], 'is_cache_in_input')),
            true
        ) as has_cache_in_input,
        cast(
            calls.logged_input_tokens - if(has_cache_in_input, least(cached_tokens, calls.logged_input_tokens), 0)
            as Nullable(UInt64)
        ) as uncached_input_tokens

    from calls
    left join model_prices
        on
            calls.provider = model_prices.provider
            and calls.model = model_prices.model
            and calls.region = model_prices.region
            and calls.service_tier = model_prices.service_tier

),

dated_calls as (

    select
        *,
        uncached_input_tokens + cached_tokens as input_tokens,
        -- A price for large requests is none for the sum of many: of a run's total the mean request counts.
        intDiv(coalesce(input_tokens, 0), greatest(logged_call_count, 1)) as request_tokens,
        cast(output_tokens - least(reasoning_tokens, output_tokens) as Nullable(UInt64)) as answer_tokens,
        arrayFirst(
            candidate -> (
                toDate(called_at) between candidate.valid_from and candidate.valid_to
                and (candidate.above_input_tokens = 0 or candidate.above_input_tokens < request_tokens)
            ),
            prices
        ) as price
    from counted_calls

),

priced_calls as (

    select
        *,
        {{ call_cost() }} as computed_cost_usd,
        if(
            price.price_id = '',
            null,
            toDecimal128({{ tokens_cost('input_tokens', 'price.input') }}, 18) / 1000000
        ) as uncached_input_cost_usd
    from dated_calls

)

select
    ----------  ids
    call_id,
    source,
    run_id,
    species_hash,
    user_id,
    team_id,
    organization_id,
    conversation_id,

    ----------  text
    step_name,
    call_kind,
    model,
    provider,
    service_tier,
    region,
    finish_reason,
    api_key_id,
    api_key_alias,
    team_alias,
    tags,
    error_type,
    error_message,
    zero_cost_reason,
    nullIf(price.price_id, '') as price_id,
    price.price_match as price_match,
    price.price_provider as price_provider,
    price.price_tier as price_tier,

    ----------  numerics
    duration_ms,
    input_tokens,
    uncached_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    reasoning_tokens,
    input_tokens + output_tokens as total_tokens,
    usage_units,
    logged_call_count,
    candidate_index,
    reforge_step,
    evaluator_score,
    reported_cost_usd,
    cast(computed_cost_usd as Nullable(Decimal(38, 12))) as computed_cost_usd,
    cast(uncached_input_cost_usd as Nullable(Decimal(38, 12))) as uncached_input_cost_usd,

    ----------  booleans
    is_error,
    is_billable,
    is_run_level,
    is_winner,

    ----------  timestamps
    called_at

from priced_calls
