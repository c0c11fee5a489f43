{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'benchmark_id': 'String',
    'benchmark_name': 'String',
    'message_id': 'String',
    'conversation_id': 'String',
    'judge': 'String',
    'created_at': 'String',
    'judgment': 'String',
    'passed': 'String',
    'score': 'Nullable(String)',
    'failure_tags': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'chat_judgments') }}

),

parsed as (

    select
        _run_key as judgment_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.created_at') }} as judged_at

    from records
    where _run_key != ''

),

stated as (

    select
        *,
        max(parsed.judged_at) over (partition by judgment_id) as last_judged_at
    from parsed

),

latest as (

    select
        judgment_id,
        {{ merged_copies(fields, 'judgment') }}
    from stated
    where judged_at is not distinct from last_judged_at
    group by judgment_id

),

renamed as (

    select
        ----------  ids
        judgment_id,
        judgment.message_id as message_id,
        judgment.conversation_id as conversation_id,

        ----------  text
        if(judgment.benchmark_name != '', judgment.benchmark_name, judgment.benchmark_id) as benchmark,
        judgment.judge as judge,
        {{ text_list('judgment.failure_tags') }} as failure_tags,

        ----------  numerics
        {{ parse_number('judgment.score', 'score') }} as score,

        ----------  booleans
        coalesce(
            multiIf(
                lower(judgment.judgment) in ('passed', 'pass', 'correct', 'success'), true,
                lower(judgment.judgment) in ('failed', 'fail', 'incorrect', 'failure'), false,
                null
            ),
            {{ parse_flag('judgment.passed') }}
        ) as is_passed,

        ----------  timestamps
        {{ parse_timestamp('judgment.created_at') }} as judged_at

    from latest

)

select
    * except (judged_at),
    assumeNotNull(renamed.judged_at) as judged_at
from renamed
where renamed.judged_at is not null
