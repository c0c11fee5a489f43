{{ config(enabled='langfuse' in var('sources')) }}

with

calls as (

    select * from {{ ref('int_traced_calls') }}
    where source = 'langfuse'

),

traces as (

    select * from {{ ref('stg_langfuse__traces') }}

)

select
    calls.* except (  -- noqa: AM04
        user_id, conversation_id, tags, span_id, span_name, service_name, outer_step_name
    ),
    {{ run_id("'langfuse'", id_within_run('calls.run_key', 'calls.span_id')) }} as call_id,
    {{ run_id("'langfuse'", 'calls.run_key') }} as run_id,
    if(calls.user_id != '', calls.user_id, traces.user_id) as user_id,
    if(
        coalesce(nullIf(calls.conversation_id, ''), traces.session_id) = '',
        '',
        {{ run_id("'langfuse'", "coalesce(nullIf(calls.conversation_id, ''), traces.session_id)") }}
    ) as conversation_id,
    calls.span_name as step_name,
    if(notEmpty(calls.tags), calls.tags, traces.tags) as tags

from calls
left join traces
    on calls.run_key = traces.run_key
