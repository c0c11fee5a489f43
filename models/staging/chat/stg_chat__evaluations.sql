{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'message_id': 'String',
    'conversation_id': 'String',
    'evaluator_id': 'String',
    'created_at': 'String',
    'updated_at': 'String',
    'rating': 'Nullable(String)',
    'success': 'String',
    'failure_tags': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'chat_evaluations') }}

),

parsed as (

    select
        _run_key as evaluation_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        coalesce(
            {{ parse_timestamp('fields.updated_at') }},
            {{ parse_timestamp('fields.created_at') }}
        ) as saved_at

    from records
    where _run_key != ''

),

-- A rating that was changed keeps its id: the last version counts.
stated as (

    select
        *,
        max(parsed.saved_at) over (partition by evaluation_id) as last_saved_at
    from parsed

),

latest as (

    select
        evaluation_id,
        {{ merged_copies(fields, 'evaluation') }}
    from stated
    where saved_at is not distinct from last_saved_at
    group by evaluation_id

),

renamed as (

    select
        ----------  ids
        evaluation_id,
        evaluation.message_id as message_id,
        evaluation.conversation_id as conversation_id,
        evaluation.evaluator_id as evaluator_id,

        ----------  text
        {{ text_list('evaluation.failure_tags') }} as failure_tags,

        ----------  numerics
        -- One to five stars; what is outside is no rating.
        {{ parse_number('evaluation.rating', 'rating') }} as rating,

        ----------  booleans
        {{ parse_flag('evaluation.success') }} as is_success,

        ----------  timestamps
        {{ parse_timestamp('evaluation.created_at') }} as evaluated_at

    from latest

)

select
    * except (evaluated_at),
    assumeNotNull(renamed.evaluated_at) as evaluated_at
from renamed
where renamed.evaluated_at is not null
