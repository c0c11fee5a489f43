{{ config(enabled='otel' in var('sources')) }}

with

operations as (

    select
        *,
        {{ otel_provider("arrayMap(name -> facts[name], ['" ~ otel_names('provider') | join("', '") ~ "'])") }} as provider,
        facts['langfuse.observation.usage_details'] != '' as is_langfuse,
        mapApply(
            (name, value) -> (replaceOne(name, 'langfuse.observation.usage_details.', ''), toUInt64(coalesce({{ parse_count('value') }}, 0))),
            mapFilter((name, value) -> startsWith(name, 'langfuse.observation.usage_details.'), facts)
        ) as langfuse_details,
        mapContains(counts, 'google_input_tokens') as is_google,
        -- Coding agents with Gemini's API count thoughts and the tools' prompts apart from answer and prompt; what
        -- Codex calls the tools' tokens is its total.
        counts['separate_thought_tokens'] + counts['separate_tool_tokens'] > 0
        and not startsWith(span_name, 'codex.')
        and counts['total_tokens'] != counts['input_tokens'] + counts['output_tokens'] as is_thought_separate,
        -- Google's total counts thoughts, its answer does not, and the prompt has the cached tokens: what is left of
        -- the total was generated.
        provider in ('google', 'vertex_ai')
        and counts['output_tokens'] > 0
        and not is_thought_separate
        and counts['total_tokens'] > counts['input_tokens'] + counts['output_tokens']
        and counts['cache_read_tokens'] + counts['cache_write_tokens']
        not in (toUInt64(counts['total_tokens'] - counts['input_tokens'] - counts['output_tokens'])) as is_thought_in_total

    from {{ ref('stg_otel__operations') }}

),

-- Langfuse's SDK writes parts that add up; and Google's own answer is right where older ADKs wrote the total
-- as the output.
counted as (

    select
        *,
        {{ langfuse_token_counts('langfuse_details') }} as parts,
        cast(multiIf(
            is_langfuse, parts.1,
            is_google, counts['google_input_tokens'] + counts['google_tool_tokens'],
            mapContains(counts, 'input_tokens'), counts['input_tokens'] + if(is_thought_separate, counts['separate_tool_tokens'], 0),
            -- Some log the total and the output alone.
            mapContains(counts, 'total_tokens'), counts['total_tokens'] - least(counts['output_tokens'], counts['total_tokens']),
            null
        ) as Nullable(UInt64)) as said_input_tokens,
        cast(multiIf(
            is_langfuse, parts.5,
            is_google, counts['google_answer_tokens']
            + if(counts['google_input_tokens'] + counts['google_answer_tokens'] = counts['google_total_tokens'], 0, counts['google_thought_tokens']),
            is_thought_in_total, counts['total_tokens'] - counts['input_tokens'],
            mapContains(counts, 'output_tokens'), counts['output_tokens'] + if(is_thought_separate, counts['separate_thought_tokens'], 0),
            mapContains(counts, 'input_tokens') and counts['total_tokens'] >= counts['input_tokens'], counts['total_tokens'] - counts['input_tokens'],
            -- An embedding has no answer.
            mapContains(counts, 'input_tokens') and operation_type = 'embeddings', 0,
            null
        ) as Nullable(UInt64)) as said_output_tokens,
        multiIf(is_langfuse, parts.2, is_google, counts['google_cached_tokens'], counts['cache_read_tokens']) as said_cache_read_tokens,
        if(is_langfuse, parts.4, counts['cache_write_1h_tokens']) as said_cache_write_1h_tokens,
        if(is_langfuse, parts.3 + parts.4, counts['cache_write_tokens']) as said_cache_write_tokens,
        multiIf(is_langfuse, parts.6, is_google, counts['google_thought_tokens'], counts['reasoning_tokens']) as said_reasoning_tokens,
        said_cache_read_tokens + said_cache_write_tokens as cached_tokens,
        coalesce(
            {% for name in otel_names('cost_usd') -%}
                nullIf({{ parse_money("facts['" ~ name ~ "']") }}, 0),
            {% endfor -%}
            -- Prompt and completion apart, each possibly missing.
            nullIf(
                coalesce({{ parse_money("facts['llm.cost.prompt']") }}, 0)
                + coalesce({{ parse_money("facts['llm.cost.completion']") }}, 0),
                0
            ),
            if(arrayExists(name -> facts[name] != '', ['{{ otel_names('cost_usd') | join("', '") }}']), 0, null)
        ) as said_cost_usd,
        -- No request has neither a prompt nor an answer: so write some where they do not know.
        coalesce(said_input_tokens, 0) + coalesce(said_output_tokens, 0) + cached_tokens > 0 as is_measured

    from operations

)

select
    * except (
        is_langfuse, langfuse_details, is_google, is_thought_separate, is_thought_in_total, parts, said_input_tokens, said_output_tokens, said_cache_read_tokens,
        said_cache_write_tokens, said_cache_write_1h_tokens, said_reasoning_tokens, said_cost_usd, cached_tokens
    ),

    ----------  text
    {{ first_attribute(otel_names('model'), 'facts') }} as model,
    lower({{ first_attribute(otel_names('service_tier'), 'facts') }}) as service_tier,
    lower({{ first_attribute(otel_names('region'), 'facts') }}) as region,
    {{ first_attribute(otel_names('finish_reason'), 'facts') }} as finish_reasons,

    ----------  numerics
    if(is_measured, counted.said_input_tokens, null) as input_tokens,
    if(is_measured, counted.said_output_tokens, null) as output_tokens,
    if(is_measured, counted.said_cache_read_tokens, null) as cache_read_tokens,
    if(is_measured, counted.said_cache_write_tokens - least(counted.said_cache_write_1h_tokens, counted.said_cache_write_tokens), null)
        as cache_write_5m_tokens,
    if(is_measured, counted.said_cache_write_1h_tokens, null) as cache_write_1h_tokens,
    if(is_measured, counted.said_reasoning_tokens, null) as reasoning_tokens,
    counted.said_cost_usd as reported_cost_usd,

    ----------  booleans
    -- Whether input_tokens include the cached ones; NULL leaves it to the price book and the counts.
    multiIf(
        cached_tokens = 0, null,
        counted.is_langfuse, false,
        -- More cached tokens than input, or a total that adds them: they are not in it. Or the provider's own
        -- count without them stands there too.
        cached_tokens > counted.said_input_tokens, false,
        counts['total_tokens'] = counted.said_input_tokens + counted.said_output_tokens + cached_tokens, false,
        mapContains(counts, 'uncached_tokens'), true,
        mapContains(counts, 'anthropic_input_tokens') and counts['anthropic_input_tokens'] + cached_tokens = counted.said_input_tokens, true,
        mapContains(counts, 'anthropic_input_tokens') and counts['anthropic_input_tokens'] = counted.said_input_tokens, false,
        {{ cache_counting('scope_name', 'scope_version', 'provider') }} is not null,
        {{ cache_counting('scope_name', 'scope_version', 'provider') }},
        -- The semantic conventions since they name cached tokens, and OpenInference: input is the whole.
        facts['gen_ai.usage.cache_read.input_tokens'] || facts['gen_ai.usage.cache_creation.input_tokens'] != '', true,
        facts['gen_ai.usage.input_tokens'] || facts['gen_ai.usage.prompt_tokens'] = '' and facts['llm.token_count.prompt'] != '', true,
        -- Of the APIs only Anthropic's counts them separately, and libraries pass on either.
        provider not in ('anthropic', 'bedrock', 'vertex_ai', ''), true,
        null
    ) as is_cache_in_input
from counted
