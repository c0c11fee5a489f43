with

source as (

    select * from {{ source('tokenhouse', 'rejected_lines') }}

)

select
    source,
    entity,
    _source_file as source_file,
    _line_number as line_number,
    -- Of a line that holds a document of many records, several may be broken.
    row_number() over (partition by _load_id, _line_number order by reason, line_text) as record_number,
    reason,
    line_text,
    _load_id as load_id,
    _loaded_at as loaded_at
from source
