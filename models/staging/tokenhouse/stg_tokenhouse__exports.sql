{%- set fields = {
    'export_id': 'String',
    'format': 'String',
    'export_type': 'String',
    'scope': 'String',
    'start_date': 'String',
    'end_date': 'String',
    'included_metrics': 'Array(String)',
    'file_name': 'String',
    'file_bytes': 'UInt64',
    'row_count': 'UInt64',
    'sha256': 'String',
    'created_at': 'String',
    'expires_at': 'String'
} -%}

with

records as (

    {{ visible_records('tokenhouse', 'exports') }}

),

parsed as (

    select
        load_order,
        {{ json_fields(fields) }} as export
    from records

)

select
    ----------  ids
    export.export_id as export_id,

    ----------  text
    export.format as format,
    export.export_type as export_type,
    export.scope as scope,
    export.included_metrics as included_metrics,
    export.file_name as file_name,
    export.sha256 as sha256,

    ----------  numerics
    export.file_bytes as file_bytes,
    export.row_count as row_count,

    ----------  timestamps
    {{ parse_timestamp('export.created_at') }} as created_at,
    {{ parse_timestamp('export.expires_at') }} as expires_at,
    toDateOrNull(export.start_date) as start_date,
    toDateOrNull(export.end_date) as end_date

from parsed
where export.export_id != ''
order by load_order desc
limit 1 by export_id
