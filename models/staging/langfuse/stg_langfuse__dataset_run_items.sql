{{ config(enabled='langfuse' in var('sources')) }}

{%- set fields = {
    'datasetRunId': 'String',
    'dataset_run_id': 'String',
    'datasetRunName': 'String',
    'dataset_run_name': 'String',
    'datasetId': 'String',
    'dataset_id': 'String',
    'datasetName': 'String',
    'dataset_name': 'String',
    'datasetItemId': 'String',
    'dataset_item_id': 'String',
    'event_ts': 'String',
    'updatedAt': 'String',
    'updated_at': 'String',
    'is_deleted': 'String'
} -%}

with

records as (

    {{ langfuse_records('dataset_run_items', ['trace_id']) }}

),

parsed as (

    select
        run_key,
        load_order,
        {{ json_fields(fields) }} as fields

    from records
    where run_key != ''

),

stated as (

    select
        *,
        {{ langfuse_version('fields') }} as state,
        max(state) over (partition by run_key) as last_state
    from parsed

),

-- A trace answers one item of one dataset run.
latest as (

    select
        run_key,
        {{ merged_copies(fields, 'item') }}
    from stated
    where state = last_state
    group by run_key

)

select
    ----------  ids
    run_key,
    {{ either('item', 'datasetRunId', 'dataset_run_id') }} as dataset_run_id,
    {{ either('item', 'datasetItemId', 'dataset_item_id') }} as dataset_item_id,
    {{ either('item', 'datasetId', 'dataset_id') }} as dataset_id,

    ----------  text
    {{ either('item', 'datasetRunName', 'dataset_run_name') }} as dataset_run_name,
    {{ either('item', 'datasetName', 'dataset_name') }} as dataset_name

from latest
where item.is_deleted not in ('1', 'true')
