{{ config(enabled='langfuse' in var('sources')) }}

with

records as (

    {{ langfuse_records('traces', ['id']) }}

    union all

    {{ langfuse_records('observations', ['trace_id', 'id', 'span_id']) }}

    union all

    {{ langfuse_records('scores', ['trace_id', 'session_id', 'dataset_run_id', 'id']) }}

    union all

    {{ langfuse_records('dataset_run_items', ['trace_id']) }}

)

-- A number that changes when any record comes or goes, in an export or in place.
select
    run_key,
    sum(row_hash) as row_version,
    max(_loaded_at) as last_loaded_at
from records
group by run_key
