{{ config(enabled='langfuse' in var('sources')) }}

with

traces as (

    {{ langfuse_records('traces', ['id']) }}

),

own_records as (

    {{ langfuse_records('observations', ['trace_id', 'id', 'span_id']) }}

),

-- A trace may be exported with its observations inside; lists of traces have their ids alone there.
records as (

    select
        run_key,
        record
    from own_records

    union all

    select
        traces.run_key as run_key,
        arrayJoin(JSONExtractArrayRaw(traces.record, 'observations')) as record
    from traces

),

parsed as (

    select
        run_key,
        record,
        {{ json_fields({
            'id': 'String',
            'span_id': 'String',
            'projectId': 'String',
            'project_id': 'String',
            'type': 'String',
            'parentObservationId': 'String',
            'parent_observation_id': 'String',
            'parent_span_id': 'String',
            'startTime': 'String',
            'start_time': 'String',
            'endTime': 'String',
            'end_time': 'String',
            'name': 'String',
            'level': 'String',
            'statusMessage': 'String',
            'status_message': 'String',
            'model': 'String',
            'providedModelName': 'String',
            'provided_model_name': 'String',
            'usageDetails': 'String',
            'usage_details': 'String',
            'usage': 'String',
            'promptTokens': 'String',
            'completionTokens': 'String',
            'inputUsage': 'String',
            'outputUsage': 'String',
            'costDetails': 'String',
            'cost_details': 'String',
            'providedCostDetails': 'String',
            'provided_cost_details': 'String',
            'calculatedTotalCost': 'Nullable(String)',
            'totalCost': 'Nullable(String)',
            'total_cost': 'Nullable(String)',
            'input': 'String',
            'output': 'String',
            'metadata': 'String',
            'promptName': 'String',
            'prompt_name': 'String',
            'promptVersion': 'String',
            'prompt_version': 'String',
            'environment': 'String',
            'traceName': 'String',
            'trace_name': 'String',
            'userId': 'String',
            'user_id': 'String',
            'sessionId': 'String',
            'session_id': 'String',
            'release': 'String',
            'version': 'String',
            'experiment_name': 'String',
            'experiment_dataset_id': 'String',
            'event_ts': 'String',
            'updatedAt': 'String',
            'updated_at': 'String',
            'is_deleted': 'String'
        }) }} as fields

    from records

),

latest as (

    select
        run_key,
        if(fields.id != '', fields.id, fields.span_id) as observation_id,
        argMax(fields, ({{ langfuse_version('fields') }}, record)) as observation
    from parsed
    where
        run_key != ''
        and observation_id != ''
    group by run_key, observation_id

),

unpacked as (

    select
        run_key,
        observation_id,
        observation,
        JSONExtract({{ either('observation', 'usageDetails', 'usage_details') }}, 'Map(String, UInt64)') as usage_details,
        JSONExtract({{ either('observation', 'providedCostDetails', 'provided_cost_details') }}, 'Map(String, String)') as provided_costs,
        JSONExtract({{ either('observation', 'costDetails', 'cost_details') }}, 'Map(String, String)') as costs,
        JSONExtract(
            observation.usage,
            'Tuple(input String, output String, promptTokens String, completionTokens String)'
        ) as plain_usage,
        -- Older exports know two counts; a page's export adds up those of the details.
        coalesce(
            {{ parse_count('observation.promptTokens') }},
            {{ parse_count('plain_usage.promptTokens') }},
            {{ parse_count('plain_usage.input') }},
            {{ parse_count('observation.inputUsage') }},
            0
        ) as plain_input_tokens,
        coalesce(
            {{ parse_count('observation.completionTokens') }},
            {{ parse_count('plain_usage.completionTokens') }},
            {{ parse_count('plain_usage.output') }},
            {{ parse_count('observation.outputUsage') }},
            0
        ) as plain_output_tokens

    from latest
    where observation.is_deleted not in ('1', 'true')

),

-- The keys of the details are counts that add up to `total`, which is one of them: never sum them all.
-- Names differ by provider and SDK: input, input_cached_tokens, cache_read_input_tokens,
-- input_cache_creation_1h, output, output_reasoning_tokens …
counted as (

    select
        *,
        mapFilter((key, tokens) -> key != 'total', usage_details) as parts,
        arraySum(mapValues(parts)) as parts_total,
        usage_details['total'] as total_tokens,
        notEmpty(parts) as has_details,
        arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'cache_?(creation|write)') and key like '%1h%', parts))) as cache_write_1h_tokens,
        arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'cache_?(creation|write)'), parts))) as cache_write_tokens,
        arraySum(mapValues(mapFilter((key, tokens) -> key like '%cache%', parts))) - cache_write_tokens as cache_read_tokens,
        arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'input|prompt') and key not like '%cache%', parts))) as other_input_tokens,
        arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'reasoning|thought'), parts))) as reasoning_tokens,
        arraySum(mapValues(mapFilter((key, tokens) -> match(key, 'output|completion|reasoning|thought'), parts))) as all_output_tokens

    from unpacked

),

-- Some SDKs forget to take a part out of the whole: LiteLLM's callback leaves cache writes in `input`.
-- The parts then add up to more than `total`, by just those parts.
reconciled as (

    select
        *,
        toInt64(parts_total) - toInt64(total_tokens) as excess_tokens,
        arrayFirst(
            counted_twice -> toInt64(
                counted_twice.1 * cache_write_tokens
                + counted_twice.2 * cache_read_tokens
                + counted_twice.3 * reasoning_tokens
            ) = excess_tokens,
            if(
                total_tokens = 0 or excess_tokens <= 0,
                [],
                [(1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
            )
        ) as counted_twice

    from counted

),

renamed as (

    select
        ----------  ids
        run_key,
        observation_id,
        coalesce(
            nullIf(observation.parentObservationId, ''),
            nullIf(observation.parent_observation_id, ''),
            observation.parent_span_id
        ) as parent_observation_id,
        {{ either('observation', 'projectId', 'project_id') }} as project_id,
        {{ either('observation', 'userId', 'user_id') }} as user_id,
        {{ either('observation', 'sessionId', 'session_id') }} as session_id,
        -- The id of the provider's answer: in the attributes of an OpenTelemetry span, in the answer, or
        -- behind the time in the id that LiteLLM's callback gives.
        coalesce(
            nullIf(JSONExtractString(observation.metadata, 'attributes', 'gen_ai.response.id'), ''),
            nullIf(JSONExtractString(JSONExtractString(observation.metadata, 'attributes'), 'gen_ai.response.id'), ''),
            nullIf(extract(JSONExtractString(observation.output, 'id'), '^(?:chatcmpl|cmpl|resp|msg|gen)[-_].+$'), ''),
            extract(observation_id, '^time-\\d\\d-\\d\\d-\\d\\d-\\d+_(.+)$')
        ) as response_id,

        ----------  text
        upper(observation.type) as observation_type,
        observation.name as observation_name,
        upper(observation.level) as level,
        {{ either('observation', 'statusMessage', 'status_message') }} as status_message,
        coalesce(
            nullIf(observation.providedModelName, ''),
            nullIf(observation.provided_model_name, ''),
            observation.model
        ) as model,
        -- Langfuse keeps no provider; LangChain and OpenTelemetry leave theirs in the metadata.
        lower(coalesce(
            nullIf(JSONExtractString(observation.metadata, 'ls_provider'), ''),
            nullIf(JSONExtractString(observation.metadata, 'attributes', 'gen_ai.provider.name'), ''),
            nullIf(JSONExtractString(JSONExtractString(observation.metadata, 'attributes'), 'gen_ai.provider.name'), ''),
            nullIf(JSONExtractString(observation.metadata, 'attributes', 'gen_ai.system'), ''),
            JSONExtractString(JSONExtractString(observation.metadata, 'attributes'), 'gen_ai.system')
        )) as provider,
        {{ either('observation', 'promptName', 'prompt_name') }} as prompt_name,
        {{ either('observation', 'promptVersion', 'prompt_version') }} as prompt_version,
        {{ either('observation', 'traceName', 'trace_name') }} as trace_name,
        observation.environment as environment,
        observation.release as release,
        observation.version as app_version,
        observation.experiment_name as experiment_run_name,
        observation.experiment_dataset_id as dataset_id,
        observation.input as input_text,
        observation.metadata as metadata_json,

        ----------  numerics
        toUInt64(lengthUTF8(observation.input)) as input_chars,
        toUInt64(lengthUTF8(observation.output)) as output_chars,
        toUInt64(if(
            has_details,
            greatest(
                toInt64(other_input_tokens)
                - toInt64(counted_twice.1 * cache_write_tokens + counted_twice.2 * cache_read_tokens),
                0
            ),
            plain_input_tokens
        )) as logged_input_tokens,
        toUInt64(cache_read_tokens) as cache_read_tokens,
        toUInt64(cache_write_tokens - cache_write_1h_tokens) as cache_write_5m_tokens,
        toUInt64(cache_write_1h_tokens) as cache_write_1h_tokens,
        toUInt64(if(
            has_details,
            all_output_tokens - counted_twice.3 * reasoning_tokens,
            plain_output_tokens
        )) as output_tokens,
        toUInt64(reasoning_tokens) as reasoning_tokens,
        -- What the application said it paid comes first; else what Langfuse made of its own prices, where
        -- it had any: no price shows as 0 in some exports.
        coalesce(
            {{ parse_money("provided_costs['total']") }},
            if(
                empty(provided_costs),
                null,
                cast(arraySum(mapValues(mapApply((key, usd) -> (key, coalesce({{ parse_money('usd') }}, 0)), provided_costs))) as Nullable(Decimal(18, 12)))
            ),
            nullIf({{ parse_money('observation.total_cost') }}, 0),
            nullIf({{ parse_money('observation.totalCost') }}, 0),
            nullIf({{ parse_money('observation.calculatedTotalCost') }}, 0),
            nullIf({{ parse_money("costs['total']") }}, 0)
        ) as cost_usd,

        ----------  booleans
        -- With details the input is what is left beside the cache; two plain counts do not say.
        if(has_details, false, null) as is_cache_in_input,
        toBool(level = 'ERROR') as is_error,

        ----------  timestamps
        {{ parse_timestamp(either('observation', 'startTime', 'start_time')) }} as started_at,
        {{ parse_timestamp(either('observation', 'endTime', 'end_time')) }} as ended_at

    from reconciled

)

select
    * except (started_at, is_cache_in_input),
    cast(renamed.is_cache_in_input as Nullable(Bool)) as is_cache_in_input,
    assumeNotNull(renamed.started_at) as started_at
from renamed
where renamed.started_at is not null
