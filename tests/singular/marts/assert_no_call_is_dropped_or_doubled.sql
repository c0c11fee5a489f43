-- What staging counts as a call is one call in the marts or was merged into one: none is dropped or doubled.
{{ config(meta={'dagster': {'ref': {'name': 'fct_calls'}}}) }}

with

counts as (

    select
        (select count() from {{ ref('int_calls__unioned') }}) as unioned_calls,
        (select count() from {{ ref('int_calls') }}) as priced_calls,
        (select count() from {{ ref('mart_merged_calls') }}) as merged_calls,
        (select sum(merged_call_count) from {{ ref('fct_calls') }}) as noted_merged_calls,
        (select count() from {{ ref('fct_calls') }}) as mart_calls,
        (select sum(call_count) from {{ ref('daily_costs') }}) as daily_calls,
        (select sum(logged_call_count) from {{ ref('fct_calls') }}) as logged_calls

)

select * from counts
where
    unioned_calls != priced_calls + merged_calls
    or merged_calls != noted_merged_calls
    or priced_calls != mart_calls
    or daily_calls != logged_calls
