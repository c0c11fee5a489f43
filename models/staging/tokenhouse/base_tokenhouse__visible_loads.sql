with

loads as (

    select * from {{ ref('stg_tokenhouse__loads') }}

)

select
    load_id,
    source,
    entity,
    source_file
from loads
where status = 'loaded'
