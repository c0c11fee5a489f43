{{ config(enabled='langfuse' in var('sources')) }}

{%- set fields = dict.fromkeys([
    'id', 'span_id', 'projectId', 'project_id', 'type', 'parentObservationId', 'parent_observation_id', 'parent_span_id',
    'startTime', 'start_time', 'endTime', 'end_time', 'name', 'level', 'statusMessage', 'status_message', 'model',
    'providedModelName', 'provided_model_name', 'modelParameters', 'model_parameters', 'usageDetails', 'usage_details',
    'usage', 'unit', 'promptTokens', 'completionTokens', 'inputUsage', 'outputUsage', 'costDetails', 'cost_details',
    'providedCostDetails', 'provided_cost_details', 'calculatedTotalCost', 'totalCost', 'total_cost', 'input', 'output',
    'metadata', 'promptName', 'prompt_name', 'promptVersion', 'prompt_version', 'environment', 'traceName', 'trace_name',
    'userId', 'user_id', 'sessionId', 'session_id', 'release', 'version', 'experiment_name', 'experiment_dataset_id',
    'event_ts', 'updatedAt', 'updated_at', 'is_deleted'
], 'String') -%}

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
        load_order,
        record
    from own_records

    union all

    select
        traces.run_key as run_key,
        traces.load_order as load_order,
        observation as record
    from traces
    array join JSONExtractArrayRaw(traces.record, 'observations') as observation

),

parsed as (

    select
        run_key,
        load_order,
        {{ json_fields(fields) }} as fields,
        if(fields.id != '', fields.id, fields.span_id) as observation_id

    from records

),

stated as (

    select
        *,
        {{ langfuse_version('fields') }} as state,
        max(state) over (partition by run_key, observation_id) as last_state
    from parsed

),

latest as (

    select
        run_key,
        observation_id,
        {{ merged_copies(fields, 'observation') }}
    from stated
    where
        run_key != ''
        and observation_id != ''
        and state = last_state
    group by run_key, observation_id

),

-- Attributes of the OpenTelemetry span that an observation was, as an object or as its text.
opened as (

    select
        *,
        JSONExtractRaw(observation.metadata, 'attributes') as logged_attributes,
        if(startsWith(logged_attributes, '"'), JSONExtractString(logged_attributes), logged_attributes) as attributes_json,
        {{ parse_timestamp(either('observation', 'startTime', 'start_time')) }} as logged_start
    from latest
    where observation.is_deleted not in ('1', 'true')

)

select
    ----------  ids
    run_key,
    observation_id,
    {{ either('observation', 'parentObservationId', 'parent_observation_id', 'parent_span_id') }} as parent_observation_id,
    {{ either('observation', 'projectId', 'project_id') }} as project_id,
    {{ either('observation', 'userId', 'user_id') }} as user_id,
    {{ either('observation', 'sessionId', 'session_id') }} as session_id,
    -- The id of the provider's answer: in the attributes of an OpenTelemetry span, in the answer, or
    -- behind the time in the id that LiteLLM's callback gives.
    coalesce(
        nullIf(JSONExtractString(attributes_json, 'gen_ai.response.id'), ''),
        nullIf(extract(JSONExtractString(observation.output, 'id'), '^(?:chatcmpl|cmpl|resp|msg|gen)[-_].+$'), ''),
        extract(observation_id, '^time-\\d\\d-\\d\\d-\\d\\d-\\d+_(.+)$')
    ) as response_id,

    ----------  text
    upper(observation.type) as observation_type,
    observation.name as observation_name,
    upper(observation.level) as level,
    {{ either('observation', 'statusMessage', 'status_message') }} as status_message,
    {{ either('observation', 'providedModelName', 'provided_model_name', 'model') }} as model,
    -- Langfuse keeps no provider; LangChain and OpenTelemetry leave theirs in the metadata.
    lower(coalesce(
        nullIf(JSONExtractString(observation.metadata, 'ls_provider'), ''),
        nullIf(JSONExtractString(attributes_json, 'gen_ai.provider.name'), ''),
        JSONExtractString(attributes_json, 'gen_ai.system')
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
    {{ either('observation', 'modelParameters', 'model_parameters') }} as model_parameters_json,
    attributes_json,

    ----------  usage and cost as logged
    {{ either('observation', 'usageDetails', 'usage_details') }} as usage_details_json,
    {{ either('observation', 'providedCostDetails', 'provided_cost_details') }} as provided_costs_json,
    {{ either('observation', 'costDetails', 'cost_details') }} as costs_json,
    observation.usage as plain_usage_json,
    upper(observation.unit) as usage_unit,
    [observation.promptTokens, observation.inputUsage] as plain_inputs,
    [observation.completionTokens, observation.outputUsage] as plain_outputs,
    [observation.total_cost, observation.totalCost, observation.calculatedTotalCost] as total_costs,

    ----------  numerics
    toUInt64(lengthUTF8(observation.input)) as input_chars,
    toUInt64(lengthUTF8(observation.output)) as output_chars,

    ----------  booleans
    toBool(level = 'ERROR') as is_error,

    ----------  timestamps
    assumeNotNull(logged_start) as started_at,
    {{ parse_timestamp(either('observation', 'endTime', 'end_time')) }} as ended_at

from opened
where logged_start is not null
