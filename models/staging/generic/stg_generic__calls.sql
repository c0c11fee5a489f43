{%- set fields = {
    'call_id': 'String',
    'response_id': 'String',
    'copy_id': 'String',
    'copied_from_run_id': 'String',
    'run_id': 'String',
    'parent_run_id': 'String',
    'workflow_id': 'String',
    'species_hash': 'String',
    'project': 'String',
    'step_name': 'String',
    'called_at': 'String',
    'date_order': 'String',
    'called_at_ms': 'String',
    'called_at_s': 'String',
    'duration_ms': 'Nullable(String)',
    'model': 'String',
    'provider': 'String',
    'input_tokens': 'Nullable(String)',
    'cache_read_tokens': 'Nullable(String)',
    'cache_write_5m_tokens': 'Nullable(String)',
    'cache_write_1h_tokens': 'Nullable(String)',
    'output_tokens': 'Nullable(String)',
    'reasoning_tokens': 'Nullable(String)',
    'is_cache_in_input': 'String',
    'usage_units': 'String',
    'service_tier': 'String',
    'region': 'String',
    'cost_usd': 'Nullable(String)',
    'zero_cost_reason': 'String',
    'finish_reason': 'String',
    'api_key_id': 'String',
    'api_key_alias': 'String',
    'tags': 'String',
    'status': 'String',
    'error_type': 'String',
    'error_message': 'String',
    'evaluator_score': 'Nullable(String)',
    'input_chars': 'Nullable(String)',
    'call_count': 'Nullable(String)',
    'is_summary': 'String',
    'user_id': 'String',
    'team_id': 'String',
    'conversation_id': 'String',
    'environment': 'String',
    'origin': 'String',
    'caller_id': 'String'
} -%}

with

records as (

    {{ generic_records('generic_calls') }}

),

-- The records of other tools are in the same table; the ledger knows whose they are.
load_sources as (

    {{ sources_of_loads() }}

),

-- Sums of a session count where nothing tells its calls; only tools' own records have such.
summed_runs as (

    select _run_key
    from records
    where
        _load_id in (
            select load_sources.load_id
            from load_sources
            where load_sources.source != 'generic'
        )
    group by _run_key
    having
        max(JSONExtractBool(record, 'is_summary'))
        and not min(JSONExtractBool(record, 'is_summary'))

),

-- A library's span around the span of a request repeats what that used: the innermost one counts.
outer_calls as (

    select distinct
        _run_key,
        arrayJoin(JSONExtract(record, 'outer_call_ids', 'Array(String)')) as call_id
    from records
    where
        position(record, '"outer_call_ids"') > 0
        and (JSONHas(record, 'input_tokens') or JSONHas(record, 'output_tokens'))

),

-- Rows without an id are told apart by their content and, where a file holds the same row several
-- times, by which of these it is: so an overlapping export is counted once.
counted as (

    select
        _run_key,
        _load_id,
        record,
        count() as row_count,
        max(load_order) as load_order
    from records
    group by _run_key, _load_id, record

),

numbered as (

    select
        counted._run_key as _run_key,
        counted.record as record,
        counted.load_order as load_order,
        load_sources.source as source,
        occurrence
    from counted
    inner join load_sources
        on counted._load_id = load_sources.load_id
    array join range(toUInt64(1), counted.row_count + 1) as occurrence

),

parsed as (

    select
        source,
        _run_key as run_key,
        load_order,
        lower(hex(SHA256(record))) || if(occurrence > 1, '-' || toString(occurrence), '') as content_id,
        {{ json_fields(fields) }} as fields,
        coalesce(nullIf(fields.call_id, ''), content_id) as logged_call_id,
        coalesce(nullIf(fields.run_id, ''), logged_call_id) as logged_run_id

    from numbered

),

deduplicated as (

    select
        source,
        run_key,
        logged_run_id as run_id,
        logged_call_id as call_id,
        {{ merged_copies(fields, 'call') }}
    from parsed
    group by source, run_key, run_id, call_id

),

renamed as (

    select
        ----------  ids
        source,
        run_key,
        call_id,
        run_id,
        call.response_id as response_id,
        call.copy_id as copy_id,
        nullIf(call.copied_from_run_id, '') as copied_from_run_id,
        nullIf(call.parent_run_id, '') as parent_run_id,
        call.workflow_id as workflow_id,
        nullIf(call.species_hash, '') as species_hash,
        call.user_id as user_id,
        call.team_id as team_id,
        call.conversation_id as conversation_id,

        ----------  text
        call.project as project,
        call.step_name as step_name,
        call.model as model,
        lower(call.provider) as provider,
        lower(call.service_tier) as service_tier,
        lower(call.region) as region,
        call.zero_cost_reason as zero_cost_reason,
        call.finish_reason as finish_reason,
        call.api_key_id as api_key_id,
        call.api_key_alias as api_key_alias,
        {{ text_list('call.tags') }} as tags,
        lower(call.status) as status,
        call.error_type as error_type,
        call.error_message as error_message,
        call.environment as environment,
        call.origin as origin,
        call.caller_id as caller_id,

        ----------  numerics
        {{ parse_number('call.duration_ms') }} as duration_ms,
        {{ parse_count('call.input_tokens') }} as input_tokens,
        {{ parse_count('call.cache_read_tokens') }} as cache_read_tokens,
        {{ parse_count('call.cache_write_5m_tokens') }} as cache_write_5m_tokens,
        {{ parse_count('call.cache_write_1h_tokens') }} as cache_write_1h_tokens,
        {{ parse_count('call.output_tokens') }} as output_tokens,
        {{ parse_count('call.reasoning_tokens') }} as reasoning_tokens,
        {{ parse_units('call.usage_units') }} as usage_units,
        {{ parse_money('call.cost_usd') }} as cost_usd,
        {{ parse_number('call.evaluator_score', 'score') }} as evaluator_score,
        {{ parse_count('call.input_chars') }} as input_chars,
        {{ parse_count('call.call_count') }} as call_count,

        ----------  booleans
        {{ parse_flag('call.is_cache_in_input') }} as is_cache_in_input,
        call.is_summary = 'true' as is_summary,
        toBool(
            error_type != ''
            or error_message != ''
            or status in ('error', 'failed', 'failure')
        ) as is_error,

        ----------  timestamps
        coalesce(
            {{ parse_timestamp('call.called_at', 'call.date_order') }},
            {{ plausible_time("fromUnixTimestamp64Milli(toInt64(round(" ~ in_domain("toFloat64OrNull(call.called_at_ms)", 'epoch_ms') ~ ")), 'UTC')") }},
            {{ plausible_time("fromUnixTimestamp64Milli(toInt64(round(" ~ in_domain("toFloat64OrNull(call.called_at_s) * 1000", 'epoch_ms') ~ ")), 'UTC')") }}
        ) as called_at

    from deduplicated

)

select
    * except (called_at, is_summary),
    assumeNotNull(renamed.called_at) as called_at
from renamed
where
    renamed.called_at is not null
    -- A tool's record that holds tool calls alone.
    and renamed.model != ''
    and (renamed.run_key, renamed.call_id) not in (select (outer_calls._run_key, outer_calls.call_id) from outer_calls)
    and not (renamed.is_summary and renamed.run_key in (select summed_runs._run_key from summed_runs))
