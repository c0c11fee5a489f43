-- Every billable call without any cost is accounted for by a row of mart_unmapped_models.
{{ config(meta={'dagster': {'ref': {'name': 'mart_unmapped_models'}}}) }}

with

counts as (

    select
        (select countIf(cost_source = 'missing' and is_billable) from {{ ref('fct_calls') }}) as missing_calls,
        (select sum(unpriced_call_count) from {{ ref('mart_unmapped_models') }}) as listed_calls

)

select * from counts
where missing_calls != listed_calls
