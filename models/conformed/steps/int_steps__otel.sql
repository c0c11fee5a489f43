{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select
        *,
        addNanoseconds(started_at, toInt64(coalesce(duration_ms, 0) * 1e6)) as ended_at
    from {{ ref('stg_otel__operations') }}

)

select
    'otel' as source,
    run_key,
    {{ run_id("'otel'", joined_id(['run_key', 'span_id'])) }} as step_id,
    {{ run_id("'otel'", 'run_key') }} as run_id,
    step_name,
    operation_type as step_kind,
    if(is_error, 'failed', 'completed') as status,
    error_type,
    duration_ms,
    is_error,
    toDateTime64(spans.started_at, 3, 'UTC') as started_at,
    cast(toDateTime64(spans.ended_at, 3, 'UTC') as Nullable(DateTime64(3, 'UTC'))) as ended_at
from spans
where span_role = 'step'
