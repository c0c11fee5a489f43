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
        {{ json_fields(fields) }} as logged
    from records

)

select
    ----------  ids
    logged.export_id as export_id,

    ----------  text
    logged.format as export_format,
    logged.export_type as export_type,
    logged.scope as scope,
    logged.included_metrics as included_metrics,
    logged.file_name as file_name,
    logged.sha256 as sha256,

    ----------  numerics
    logged.file_bytes as file_bytes,
    logged.row_count as row_count,

    ----------  timestamps
    {{ parse_timestamp('logged.created_at') }} as created_at,
    {{ parse_timestamp('logged.expires_at') }} as expires_at,
    toDateOrNull(logged.start_date) as start_date,
    toDateOrNull(logged.end_date) as end_date

from parsed
where logged.export_id != ''
order by load_order desc
limit 1 by export_id
