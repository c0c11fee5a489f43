{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select * from {{ ref('stg_otel__operations') }}
    where record_kind = 'span'

)

select
    'otel' as source,
    run_key,
    {{ run_id("'otel'", joined_id(['run_key', 'span_id'])) }} as span_id,
    {{ run_id("'otel'", 'run_key') }} as trace_id,
    if(
        parent_span_id = '',
        '',
        {{ run_id("'otel'", joined_id(['run_key', 'parent_span_id'])) }}
    ) as parent_span_id,
    {{ run_id("'otel'", 'run_key') }} as run_id,
    span_name,
    operation_type,
    {{ first_attribute(otel_names('model'), 'facts') }} as model,
    duration_ms,
    error_type,
    is_error,
    -- Contents are left out: they are long, and they are what people said.
    toJSONString(facts) as metadata_json,
    toDateTime64(spans.started_at, 3, 'UTC') as started_at
from spans
