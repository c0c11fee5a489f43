{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'field': 'String',
    'operator': 'String',
    'value': 'String',
    'reason': 'String',
    'status': 'String',
    'updated_at': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'cohorts') }}

),

parsed as (

    select
        _run_key as cohort_name,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.updated_at') }} as updated_at
    from records
    where _run_key != ''

),

-- A criterion is written again when it is changed or taken away: its last state counts.
latest as (

    select
        cohort_name,
        parsed.fields.field as field,
        parsed.fields.operator as operator,
        argMax(fields, (coalesce(parsed.updated_at, toDateTime64(0, 3, 'UTC')), load_order)) as criterion
    from parsed
    group by
        cohort_name,
        field,
        operator

)

select
    cohort_name,
    field,
    operator,
    criterion.value as value,
    criterion.reason as reason
from latest
where lower(criterion.status) != 'deleted'
