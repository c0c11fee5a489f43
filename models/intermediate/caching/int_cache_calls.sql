{{ config(order_by='call_id') }}

{%- set cache = var('prompt_cache') -%}

with

calls as (

    select * from {{ ref('int_calls') }}
    where
        not is_run_level
        and input_tokens is not null
        and called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

prices as (

    select
        provider,
        model,
        region,
        service_tier,
        arrayJoin(prices) as price
    from {{ ref('int_model_prices') }}

),

-- A price without one for writing to the cache asks as much as for any input.
priced_calls as (

    select
        calls.call_id as call_id,
        calls.run_id as run_id,
        calls.step_name as step_name,
        calls.model as model,
        calls.finish_reason as finish_reason,
        calls.cost_usd as cost_usd,
        assumeNotNull(coalesce(calls.output_tokens, 0)) as output_tokens,
        calls.provider as provider,
        calls.called_at as called_at,
        calls.called_date as date,
        calls.organization_id as organization_id,
        calls.team_id as team_id,
        assumeNotNull(calls.input_tokens) as input_tokens,
        assumeNotNull(calls.cache_read_tokens) as read_tokens,
        assumeNotNull(calls.cache_write_5m_tokens) as write_5m_tokens,
        assumeNotNull(calls.cache_write_1h_tokens) as write_1h_tokens,
        prices.price.price_id != '' and prices.price.input > 0 as is_priced,
        prices.price.input / 1000000 as input_usd,
        prices.price.cache_read / 1000000 as read_usd,
        if(prices.price.cache_write_5m > 0, prices.price.cache_write_5m, prices.price.input) / 1000000 as write_5m_usd,
        if(prices.price.cache_write_1h > 0, prices.price.cache_write_1h, prices.price.input) / 1000000 as write_1h_usd
    from calls
    left join prices
        on
            calls.provider = prices.provider
            and calls.model = prices.model
            and calls.region = prices.region
            and calls.service_tier = prices.service_tier
            and calls.price_id = prices.price.price_id
    order by calls.call_id, prices.price.above_input_tokens
    limit 1 by calls.call_id

),

-- Calls of a run and model in order: what a prompt has in common with the one before can be read from a cache.
sequences as (

    select
        *,
        lagInFrame((called_at, input_tokens)) over calls_in_order as earlier,
        leadInFrame((called_at, read_tokens)) over calls_in_order as later,
        greatest(toInt64(later.2) - toInt64(read_tokens), 0) as read_later_tokens,
        dateDiff('second', called_at, later.1) as seconds_to_later,
        dateDiff('second', earlier.1, called_at) <= {{ cache.life_5m_seconds }} as is_within_life,
        if(is_within_life, greatest(toInt64(least(earlier.2, input_tokens)) - toInt64(read_tokens), 0), 0) as shared_tokens,
        if(shared_tokens > {{ cache.min_tokens }} and is_priced and read_usd > 0 and read_usd < input_usd, shared_tokens, 0) as repeated_tokens
    from priced_calls
    window calls_in_order as (
        partition by run_id, provider, model
        order by called_at, call_id
        rows between unbounded preceding and unbounded following
    )

),

followed as (

    select
        *,
        leadInFrame(repeated_tokens, 1, 0) over calls_in_order as repeated_later_tokens
    from sequences
    window calls_in_order as (
        partition by run_id, provider, model
        order by called_at, call_id
        rows between unbounded preceding and unbounded following
    )

),

-- What is repeated by the next call would have to be written once, at the price of writing.
missed as (

    select
        *,
        greatest(toInt64(input_tokens) - toInt64(read_tokens + write_5m_tokens + write_1h_tokens) - repeated_tokens, 0) as fresh_tokens,
        repeated_tokens * (input_usd - read_usd)
        - if(repeated_later_tokens > 0, fresh_tokens, 0) * (write_5m_usd - input_usd) as gain_usd,
        sum(gain_usd) over (partition by run_id, provider, model) as run_gain_usd
    from followed

)

select
    ----------  ids
    call_id,
    run_id,
    organization_id,
    team_id,

    ----------  text
    step_name,
    model,
    provider,
    finish_reason,

    ----------  tokens
    input_tokens,
    read_tokens,
    write_5m_tokens + write_1h_tokens as write_tokens,
    output_tokens,
    {% for life in ['5m', '1h'] -%}
        toUInt64(greatest(
            toInt64(write_{{ life }}_tokens) - if(seconds_to_later between 0 and {{ cache['life_' ~ life ~ '_seconds'] }}, read_later_tokens, 0), 0
        )) as unread_{{ life }}_tokens,
    {% endfor -%}
    repeated_tokens,

    ----------  numerics
    cost_usd,
    input_usd,
    read_usd,
    unread_5m_tokens * (write_5m_usd - input_usd) + unread_1h_tokens * (write_1h_usd - input_usd) as unread_usd,
    read_tokens * (input_usd - read_usd)
    - write_5m_tokens * (write_5m_usd - input_usd)
    - write_1h_tokens * (write_1h_usd - input_usd) as saved_usd,
    gain_usd,

    ----------  booleans
    toBool(is_priced) as is_priced,
    -- Nobody would cache where writing costs more than reading saves.
    toBool(is_priced and run_gain_usd > 0) as has_gain,

    ----------  timestamps
    called_at,
    date

from missed
