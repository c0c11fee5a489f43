{{ config(enabled='litellm' in var('sources')) }}

with

records as (

    {{ litellm_records() }}

)

select * from records
