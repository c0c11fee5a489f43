with

source as (

    select * from {{ source('tokenhouse', 'loads') }} final

)

select
    load_id,
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
from source
