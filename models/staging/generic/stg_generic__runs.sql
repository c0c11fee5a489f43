{%- set fields = {
    'workflow_id': 'String',
    'parent_run_id': 'String',
    'species_hash': 'String',
    'genus_hash': 'String',
    'project': 'String',
    'started_at': 'String',
    'date_order': 'String',
    'ended_at': 'String',
    'model': 'String',
    'provider': 'String',
    'input': 'String',
    'input_chars': 'Nullable(String)',
    'step_count': 'Nullable(String)',
    'call_count': 'Nullable(String)',
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
    'duration_ms': 'Nullable(String)',
    'status': 'String',
    'error_count': 'Nullable(String)',
    'error_type': 'String',
    'error_message': 'String',
    'quality_score': 'Nullable(String)',
    'user_id': 'String',
    'team_id': 'String',
    'environment': 'String',
    'origin': 'String',
    'caller_id': 'String'
} -%}

with

records as (

    {{ visible_records('generic', 'generic_runs') }}

),

-- The records of other tools are in the same table; the ledger knows whose they are.
load_sources as (

    {{ sources_of_loads() }}

),

parsed as (

    select
        load_sources.source as source,
        records._run_key as run_id,
        records.load_order as load_order,
        {{ json_fields(fields, 'records.record') }} as fields,
        {{ parse_timestamp('fields.ended_at', 'fields.date_order') }} as logged_ended_at

    from records
    inner join load_sources
        on records._load_id = load_sources.load_id
    where records._run_key != ''

),

-- A run that is logged again with a later end is in a later state.
stated as (

    select
        *,
        max(coalesce(logged_ended_at, toDateTime64(0, 3, 'UTC'))) over (partition by source, run_id) as last_ended_at
    from parsed

),

latest as (

    select
        source,
        run_id,
        {{ merged_copies(fields, 'run') }}
    from stated
    where coalesce(logged_ended_at, toDateTime64(0, 3, 'UTC')) = last_ended_at
    group by source, run_id

),

renamed as (

    select
        ----------  ids
        source,
        run_id,
        run.workflow_id as workflow_id,
        nullIf(run.parent_run_id, '') as parent_run_id,
        nullIf(run.species_hash, '') as species_hash,
        nullIf(run.genus_hash, '') as genus_hash,
        run.user_id as user_id,
        run.team_id as team_id,

        ----------  text
        run.project as project,
        run.model as model,
        lower(run.provider) as provider,
        lower(run.service_tier) as service_tier,
        lower(run.region) as region,
        run.zero_cost_reason as zero_cost_reason,
        run.finish_reason as finish_reason,
        run.api_key_id as api_key_id,
        run.api_key_alias as api_key_alias,
        {{ text_list('run.tags') }} as tags,
        run.input as input_text,
        lower(run.status) as status,
        run.error_type as error_type,
        run.error_message as error_message,
        run.environment as environment,
        run.origin as origin,
        run.caller_id as caller_id,

        ----------  numerics
        {{ parse_count('run.input_chars') }} as input_chars,
        {{ parse_count('run.step_count') }} as step_count,
        {{ parse_count('run.call_count') }} as call_count,
        {{ parse_count('run.input_tokens') }} as input_tokens,
        {{ parse_count('run.cache_read_tokens') }} as cache_read_tokens,
        {{ parse_count('run.cache_write_5m_tokens') }} as cache_write_5m_tokens,
        {{ parse_count('run.cache_write_1h_tokens') }} as cache_write_1h_tokens,
        {{ parse_count('run.output_tokens') }} as output_tokens,
        {{ parse_count('run.reasoning_tokens') }} as reasoning_tokens,
        {{ parse_units('run.usage_units') }} as usage_units,
        {{ parse_money('run.cost_usd') }} as cost_usd,
        {{ parse_number('run.duration_ms') }} as duration_ms,
        coalesce(
            {{ parse_count('run.error_count') }},
            toUInt64(run.error_type != '' or lower(run.status) in ('error', 'failed', 'failure'))
        ) as error_count,
        {{ parse_number('run.quality_score', 'score') }} as quality_score,

        ----------  booleans
        {{ parse_flag('run.is_cache_in_input') }} as is_cache_in_input,

        ----------  timestamps
        {{ parse_timestamp('run.started_at', 'run.date_order') }} as started_at,
        {{ parse_timestamp('run.ended_at', 'run.date_order') }} as ended_at

    from latest

)

select
    * except (ended_at),
    assumeNotNull(renamed.ended_at) as ended_at
from renamed
where renamed.ended_at is not null
