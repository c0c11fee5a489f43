{{ config(
    enabled='codex' in var('sources'),
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(session_id, answer_id)',
) }}

{%- set counters = [
    'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens'
] %}

with

changed_sessions as (

    {{ changed_sessions('codex') }}

),

usages as (

    select * from {{ ref('stg_codex__usages') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

-- Since version 0.153 an answer is a record, and the count behind it says the same again; that of a
-- compaction is a record alone.
neighbours as (

    select
        *,
        ({{ counters | join(', ') }}) as tokens,
        lagInFrame((is_record, tokens)) over usages_in_order as previous,
        leadInFrame((is_record, tokens, logged_count_id)) over usages_in_order as next

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
        if(is_record and not next.1 and next.2 = tokens, next.3, logged_count_id) as count_id,
        -- A thread may come to a total that its parent's history has, too.
        multiIf(
            is_record and response_id != '', response_id,
            has_known_start and is_inherited, concat(count_id, '-inherited'),
            count_id
        ) as answer_id,
        is_record and thread_id not in ('', session_id) as is_of_another_thread

    from neighbours
    where not (not is_record and previous.1 and previous.2 = tokens)

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
    'codex' as source,
    calls.session_id as run_key,
    changed_sessions.run_version as run_version,
    calls.* except (provider),
    if(calls.provider != '', calls.provider, 'openai') as provider
from calls
inner join changed_sessions
    on calls.session_id = changed_sessions.session_id
