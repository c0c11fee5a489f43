{{ config(enabled='langfuse' in var('sources')) }}

with

records as (

    {{ langfuse_records('dataset_run_items', ['trace_id']) }}

),

parsed as (

    select
        run_key,
        record,
        {{ json_fields({
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
        }) }} as fields

    from records
    where run_key != ''

),

-- A trace answers one item of one dataset run.
latest as (

    select
        run_key,
        argMax(fields, ({{ langfuse_version('fields') }}, record)) as item
    from parsed
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
