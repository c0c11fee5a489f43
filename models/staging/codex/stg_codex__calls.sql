{{ config(enabled='codex' in var('sources')) }}

{%- set counters = [
    'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens'
] %}

with

usages as (

    select * from {{ ref('base_codex__usages') }}

),

-- Since version 0.153 an answer is a record, and the count behind it says the same again; that of a
-- compaction is a record alone.
neighbours as (

    select
        *,
        ({{ counters | join(', ') }}) as counted,
        lagInFrame((is_record, counted)) over usages_in_order as previous,
        leadInFrame((is_record, counted, logged_count_id)) over usages_in_order as next

    from usages
    window usages_in_order as (
        partition by
            session_id,
            load_id
        order by line_number
        rows between unbounded preceding and unbounded following
    )

),

answers as (

    select
        *,
        if(is_record and not next.1 and next.2 = counted, next.3, logged_count_id) as count_id,
        if(is_record and response_id != '', response_id, count_id) as answer_id,
        is_record and thread_id not in ('', session_id) as is_of_another_thread

    from neighbours
    where not (not is_record and previous.1 and previous.2 = counted)

),

-- Files that were saved again bring an answer again.
calls as (

    select
        ----------  ids
        session_id,
        answer_id,
        max(answers.thread_id) as thread_id,
        max(answers.response_id) as response_id,
        max(answers.count_id) as count_id,
        argMin(answers.turn_id, (logged_at, line_number, load_id)) as turn_id,
        argMax(answers.ancestor_ids, (length(answers.ancestor_ids), answers.ancestor_ids)) as ancestor_ids,

        ----------  text
        argMin(answers.model, (logged_at, line_number, load_id)) as model,
        lower(max(answers.provider)) as provider,
        lower(argMin(answers.service_tier, (logged_at, line_number, load_id))) as service_tier,

        ----------  numerics
        {% for counter in counters -%}
            max(answers.{{ counter }}) as {{ counter }},
        {% endfor %}

        ----------  booleans
        max(answers.has_known_start) as has_known_start,
        min(if(
            answers.is_record and answers.thread_id != '',
            is_of_another_thread,
            answers.is_inherited
        )) as is_inherited,

        ----------  timestamps
        min(logged_at) as called_at

    from answers
    group by
        session_id,
        answer_id

)

select
    * except (provider),
    if(provider != '', provider, 'openai') as provider
from calls
