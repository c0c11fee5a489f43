{{ config(order_by='(created_at, export_id)') }}

with

exports as (

    select * from {{ ref('stg_tokenhouse__exports') }}
    where
        created_at is not null
        and expires_at is not null

),

as_of as (

    select * from {{ ref('int_as_of') }}

)

select
    ----------  ids
    exports.export_id as export_id,

    ----------  text
    toLowCardinality(exports.export_format) as export_format,
    toLowCardinality(exports.export_type) as export_type,
    exports.scope as scope,
    exports.included_metrics as included_metrics,
    exports.file_name as file_name,
    exports.sha256 as sha256,
    concat('/api/analytics/download/', exports.export_id) as download_path,

    ----------  numerics
    exports.file_bytes as file_bytes,
    exports.row_count as row_count,

    ----------  booleans
    toBool(assumeNotNull(exports.expires_at) < toDateTime64(as_of.as_of_date + 1, 3, 'UTC')) as is_expired,

    ----------  timestamps
    assumeNotNull(exports.created_at) as created_at,
    assumeNotNull(exports.expires_at) as expires_at,
    exports.start_date as start_date,
    exports.end_date as end_date

from exports
cross join as_of
