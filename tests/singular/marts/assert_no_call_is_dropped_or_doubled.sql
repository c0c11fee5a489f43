-- What staging counts as a call is one call in the marts: no join drops one or fans out.
{{ config(meta={'dagster': {'ref': {'name': 'fct_calls'}}}) }}

with

counts as (

    select
        (select count() from {{ ref('int_calls__unioned') }}) as unioned_calls,
        (select count() from {{ ref('int_calls') }}) as priced_calls,
        (select count() from {{ ref('fct_calls') }}) as mart_calls,
        (select sum(call_count) from {{ ref('daily_costs') }}) as daily_calls,
        (select sum(logged_call_count) from {{ ref('fct_calls') }}) as logged_calls

)

select * from counts
where
    unioned_calls != priced_calls
    or unioned_calls != mart_calls
    or daily_calls != logged_calls
