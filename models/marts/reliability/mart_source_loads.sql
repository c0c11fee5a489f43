{{ config(order_by='(source, entity)') }}

with

loads as (

    select * from {{ ref('stg_tokenhouse__loads') }}

)

select
    source,
    entity,
    uniqExactIf(source_file, status = 'loaded') as file_count,
    countIf(status = 'loaded') as load_count,
    countIf(status = 'failed') as failed_load_count,
    sumIf(bytes, status = 'loaded') as loaded_bytes,
    sumIf(loaded_rows, status = 'loaded') as loaded_rows,
    sumIf(rejected_rows, status = 'loaded') as rejected_lines,
    maxOrNullIf(recorded_at, status = 'loaded') as last_loaded_at
from loads
group by
    source,
    entity
