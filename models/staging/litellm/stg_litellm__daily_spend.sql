{{ config(enabled='litellm' in var('sources')) }}

{%- set fields = {
    'id': 'String',
    'user_id': 'String',
    'team_id': 'String',
    'organization_id': 'String',
    'end_user_id': 'String',
    'agent_id': 'String',
    'tag': 'String',
    'date': 'String',
    'api_key': 'String',
    'model': 'String',
    'model_group': 'String',
    'custom_llm_provider': 'String',
    'endpoint': 'String',
    'prompt_tokens': 'Nullable(String)',
    'completion_tokens': 'Nullable(String)',
    'cache_read_input_tokens': 'Nullable(String)',
    'cache_creation_input_tokens': 'Nullable(String)',
    'spend': 'Nullable(String)',
    'api_requests': 'Nullable(String)',
    'successful_requests': 'Nullable(String)',
    'failed_requests': 'Nullable(String)',
    'updated_at': 'String'
} -%}

with

records as (

    {{ visible_records('litellm', 'litellm_daily_spend') }}

),

parsed as (

    select
        load_order,
        -- Seven tables of one shape; each has the column of its entity.
        multiIf(
            JSONHas(record, 'tag'), 'tag',
            JSONHas(record, 'user_id'), 'user',
            JSONHas(record, 'team_id'), 'team',
            JSONHas(record, 'organization_id'), 'organization',
            JSONHas(record, 'end_user_id'), 'end_user',
            JSONHas(record, 'agent_id'), 'agent',
            'all'
        ) as entity_type,
        {{ json_fields(fields) }} as fields

    from records

),

stated as (

    select
        *,
        coalesce({{ parse_timestamp('fields.updated_at') }}, toDateTime64(0, 3, 'UTC')) as state,
        max(state) over (partition by entity_type, fields.id) as last_state
    from parsed

),

-- LiteLLM adds to a day's row as requests come in: the last state counts.
latest as (

    select
        entity_type,
        fields.id as daily_spend_id,
        {{ merged_copies(fields, 'day') }}
    from stated
    where state = last_state
    group by entity_type, daily_spend_id

),

renamed as (

    select
        ----------  ids
        daily_spend_id,
        -- One of them, as its type says.
        concat(day.user_id, day.team_id, day.organization_id, day.end_user_id, day.agent_id, day.tag) as entity_id,
        day.api_key as api_key_hash,

        ----------  text
        entity_type,
        day.model as model,
        day.model_group as model_group,
        lower(day.custom_llm_provider) as provider,
        day.endpoint as endpoint,

        ----------  numerics
        coalesce({{ parse_count('day.prompt_tokens') }}, 0) as prompt_tokens,
        coalesce({{ parse_count('day.completion_tokens') }}, 0) as completion_tokens,
        coalesce({{ parse_count('day.cache_read_input_tokens') }}, 0) as cache_read_tokens,
        coalesce({{ parse_count('day.cache_creation_input_tokens') }}, 0) as cache_write_tokens,
        coalesce({{ parse_count('day.api_requests') }}, 0) as request_count,
        coalesce({{ parse_count('day.successful_requests') }}, 0) as successful_request_count,
        coalesce({{ parse_count('day.failed_requests') }}, 0) as failed_request_count,
        coalesce({{ parse_money('day.spend') }}, 0) as spend_usd,

        ----------  timestamps
        toDateOrNull(day.date) as spend_date

    from latest

)

select
    * except (spend_date),
    assumeNotNull(renamed.spend_date) as spend_date
from renamed
where renamed.spend_date is not null
