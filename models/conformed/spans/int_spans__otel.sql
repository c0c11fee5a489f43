{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select * from {{ ref('int_otel__spans') }}

)

select
    'otel' as source,
    run_key,
    {{ run_id("'otel'", "concat(run_key, '/', span_id)") }} as span_id,
    {{ run_id("'otel'", 'run_key') }} as trace_id,
    if(
        parent_span_id = '',
        '',
        {{ run_id("'otel'", "concat(run_key, '/', parent_span_id)") }}
    ) as parent_span_id,
    {{ run_id("'otel'", 'run_key') }} as run_id,
    span_name,
    operation_type,
    model,
    duration_ms,
    error_type,
    is_error,
    metadata_json,
    toDateTime64(spans.started_at, 3, 'UTC') as started_at
from spans
