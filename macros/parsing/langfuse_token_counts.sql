{% macro langfuse_token_counts(details) -%}
    {#-
        Tokens out of usage details, a map of counts by names that differ by provider and SDK (input,
        input_cached_tokens, cache_read_input_tokens, input_cache_creation_1h, output, output_reasoning_tokens …):
        uncached input, cache reads, cache writes for 5 minutes and for 1 hour, output with reasoning, reasoning.

        The keys are disjoint and add up to `total`, which is one of them. Some SDKs forget to take a part out of
        the whole (LiteLLM's callback leaves cache writes in `input`): the parts then add up to more than `total`,
        by just those parts. OpenAI's own break-down (`prompt_tokens_details.cached_tokens`) is inside its whole.
    -#}
    {%- set parts = "mapFilter((key, tokens) -> not match(key, '^total|details\\\\.(audio|text|image|video|accepted|rejected)'), " ~ details ~ ")" -%}
    arrayMap(
        sums -> arrayMap(
            twice -> (
                toUInt64(greatest(toInt64(sums.1) - toInt64(twice.1 * sums.3) - toInt64(twice.2 * sums.2), 0)),
                toUInt64(sums.2),
                toUInt64(sums.3 - sums.4),
                toUInt64(sums.4),
                toUInt64(sums.5 - least(twice.3 * sums.6, sums.5)),
                toUInt64(sums.6)
            ),
            [multiIf(
                sums.9, (1, 1, 1),
                sums.8 = 0 or sums.7 <= sums.8, (0, 0, 0),
                arrayFirst(
                    twice -> twice.1 * sums.3 + twice.2 * sums.2 + twice.3 * sums.6 = sums.7 - sums.8,
                    [(1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
                )
            )]
        )[1],
        [arrayMap(
            parts -> (
                arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'input|prompt') and key not like '%cache%', parts))),
                arraySum(mapValues(mapFilter((key, tokens) -> key like '%cache%' and not match(key, 'cache_?(creation|write)'), parts))),
                arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'cache_?(creation|write)'), parts))),
                arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'cache_?(creation|write)') and key like '%1h%', parts))),
                arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'output|completion|reasoning|thought'), parts))),
                arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'reasoning|thought'), parts))),
                arraySum(mapValues(parts)),
                greatest({{ details }}['total'], {{ details }}['total_tokens']),
                arrayExists(key -> match(key, 'details\\.'), mapKeys(parts))
            ),
            [{{ parts }}]
        )[1]]
    )[1]
{%- endmacro %}
