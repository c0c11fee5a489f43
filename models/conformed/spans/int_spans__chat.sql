{{ config(enabled='chat' in var('sources')) }}

with

spans as (

    select * from {{ ref('stg_chat__spans') }}

)

select
    'chat' as source,
    run_key,
    {{ run_id("'chat'", joined_id(['run_key', 'spans.span_id'])) }} as span_id,
    {{ run_id("'chat'", 'spans.trace_id') }} as trace_id,
    if(spans.parent_span_id = '', '', {{ run_id("'chat'", joined_id(['run_key', 'spans.parent_span_id'])) }}) as parent_span_id,
    if(conversation_id = '', '', {{ run_id("'chat'", 'conversation_id') }}) as run_id,
    span_name,
    operation_type,
    model,
    duration_ms,
    error_type,
    is_error,
    metadata_json,
    started_at
from spans
