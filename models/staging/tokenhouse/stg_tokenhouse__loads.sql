with

source as (

    select * from {{ source('tokenhouse', 'loads') }}

),

newest as (

    select * from source
    order by change_number desc, recorded_at desc
    limit 1 by load_id

)

select
    load_id,
    load_number,
    source,
    entity,
    source_file,
    content_hash,
    options,
    bytes,
    loaded_rows,
    rejected_rows,
    status,
    message,
    recorded_at
from newest
