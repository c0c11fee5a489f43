with

source as (

    select * from {{ source('demo', 'fault_labels') }}

)

select
    fault_id,
    fault_kind,
    workflow_id,
    species_hash,
    run_id,
    started_at,
    ended_at,
    expected_signal,
    detail
from source
