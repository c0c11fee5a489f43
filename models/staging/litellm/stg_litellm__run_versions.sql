{{ config(enabled='litellm' in var('sources')) }}

with

records as (

    {{ litellm_records() }}

)

-- A number that changes when any record comes or goes, in a dump or in place.
select
    run_key,
    sum(row_hash) as row_version,
    max(_loaded_at) as last_loaded_at
from records
group by run_key
