{{ config(enabled='otel' in var('sources')) }}

with

calls as (

    select * from {{ ref('int_traced_calls') }}
    where source = 'otel'

)

select
    calls.* except (species_hash, span_id, span_name, service_name, outer_step_name),  -- noqa: AM04
    {{ run_id("'otel'", joined_id(['calls.run_key', 'calls.span_id'])) }} as call_id,
    {{ run_id("'otel'", 'calls.run_key') }} as run_id,
    -- The species is the model and the step that asks, which has the prompt.
    lower(hex(sipHash64('otel', calls.service_name, calls.outer_step_name, calls.model))) as species_hash,
    calls.outer_step_name as step_name
from calls
