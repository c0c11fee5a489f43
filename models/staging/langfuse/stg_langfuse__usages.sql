{{ config(enabled='langfuse' in var('sources')) }}

with

observations as (

    select * from {{ ref('stg_langfuse__observations') }}

),

unpacked as (

    select
        *,
        mapApply(
            (key, amount) -> (key, toUInt64(coalesce({{ parse_count('amount') }}, 0))),
            JSONExtract(usage_details_json, 'Map(String, String)')
        ) as usage_details,
        JSONExtract(provided_costs_json, 'Map(String, String)') as provided_costs,
        JSONExtract(costs_json, 'Map(String, String)') as costs,
        JSONExtract(
            plain_usage_json,
            'Tuple(input String, output String, promptTokens String, completionTokens String, unit String)'
        ) as plain_usage,
        coalesce(nullIf(usage_unit, ''), upper(plain_usage.unit)) as plain_unit,
        -- Older exports know two counts; a page's export adds up those of the details.
        coalesce(
            {{ parse_count('plain_inputs[1]') }},
            {{ parse_count('plain_usage.promptTokens') }},
            {{ parse_count('plain_usage.input') }},
            {{ parse_count('plain_inputs[2]') }}
        ) as plain_input,
        coalesce(
            {{ parse_count('plain_outputs[1]') }},
            {{ parse_count('plain_usage.completionTokens') }},
            {{ parse_count('plain_usage.output') }},
            {{ parse_count('plain_outputs[2]') }}
        ) as plain_output

    from observations

),

counted as (

    select
        *,
        {{ langfuse_token_counts('usage_details') }} as parts,
        parts.1 + parts.2 + parts.3 + parts.4 + parts.5 as part_tokens,
        part_tokens > 0 as has_details,
        -- Google's total counts thoughts, which its answer does not.
        if(
            has_details and (lower(model) like '%gemini%' or provider in ('google', 'vertex_ai')),
            toUInt64(greatest(toInt64(greatest(usage_details['total'], usage_details['total_tokens'])) - toInt64(part_tokens), 0)),
            0
        ) as thought_tokens,
        -- Two zeros are what an export has where nothing is known.
        not has_details and plain_unit in ('', 'TOKENS') and coalesce(plain_input, 0) + coalesce(plain_output, 0) > 0 as has_plain_tokens,
        -- What the application said it paid comes first; else what Langfuse made of its own prices. A zero is
        -- what either writes without a price.
        coalesce(
            nullIf({{ parse_money("provided_costs['total']") }}, 0),
            nullIf(arraySum(arrayMap(usd -> coalesce({{ parse_money('usd') }}, 0), mapValues(mapFilter((key, usd) -> key != 'total', provided_costs)))), 0),
            nullIf({{ parse_money('total_costs[1]') }}, 0),
            nullIf({{ parse_money('total_costs[2]') }}, 0),
            nullIf({{ parse_money('total_costs[3]') }}, 0),
            nullIf({{ parse_money("costs['total']") }}, 0),
            nullIf(arraySum(arrayMap(usd -> coalesce({{ parse_money('usd') }}, 0), mapValues(mapFilter((key, usd) -> key != 'total', costs)))), 0),
            -- Zeros that were given are a cost; what is no amount is unknown.
            if(
                notEmpty(provided_costs)
                and arrayAll(usd -> coalesce({{ parse_money('usd') }}, -1) = 0, mapValues(provided_costs)),
                0,
                null
            )
        ) as logged_cost_usd

    from unpacked

)

select
    counted.* except (  -- noqa: AM04
        usage_details_json, provided_costs_json, costs_json, plain_usage_json, usage_unit, plain_inputs, plain_outputs, total_costs,
        provided_costs, costs, plain_usage, plain_input, plain_output, parts, part_tokens, thought_tokens, has_details, has_plain_tokens, logged_cost_usd, plain_unit
    ),

    ----------  numerics
    cast(multiIf(has_details, parts.1, has_plain_tokens, coalesce(plain_input, 0), null) as Nullable(UInt64)) as logged_input_tokens,
    cast(if(has_details, parts.2, null) as Nullable(UInt64)) as cache_read_tokens,
    cast(if(has_details, parts.3, null) as Nullable(UInt64)) as cache_write_5m_tokens,
    cast(if(has_details, parts.4, null) as Nullable(UInt64)) as cache_write_1h_tokens,
    cast(multiIf(has_details, parts.5 + thought_tokens, has_plain_tokens, coalesce(plain_output, 0), null) as Nullable(UInt64)) as output_tokens,
    cast(if(has_details, parts.6 + thought_tokens, null) as Nullable(UInt64)) as reasoning_tokens,
    -- What is no token is a unit of its own: searches, seconds, images.
    mapApply(
        (unit, amount) -> (transform(unit, ['input_audio_tokens', 'output_audio_tokens'], ['audio_input_tokens', 'audio_output_tokens'], unit), toDecimal128(amount, 12)),
        mapFilter(
            (unit, amount) -> amount > 0
            and (unit in ('input_audio_tokens', 'output_audio_tokens') or not match(unit, '^total|input|prompt|output|completion|cache|reasoning|thought|token')),
            mapConcat(
                usage_details,
                if(plain_unit in ('', 'TOKENS') or plain_input is null, map(), map(lower(replaceRegexpOne(plain_unit, 'S$', '')), assumeNotNull(plain_input)))
            )
        )
    ) as usage_units,
    if(logged_cost_usd >= 0, logged_cost_usd, null) as cost_usd,

    ----------  booleans
    -- With details the input is what the cache leaves; two plain counts do not say.
    cast(if(has_details, false, null) as Nullable(Bool)) as is_cache_in_input
from counted
