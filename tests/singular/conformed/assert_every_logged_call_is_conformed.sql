-- The calls that a run's raw records hold are in the union, each once and with its cost: no increment lost any.
{{ config(meta={'dagster': {'ref': {'name': 'int_calls__unioned'}}}) }}

{%- set columns = conformed_columns('calls') %}

with

-- Some of those that were loaded last, and some of all: reading all records again costs what a full build does.
drawn_runs as (

    select
        *,
        row_number() over (order by latest_at desc, run_key asc) as newness,
        row_number() over (order by cityHash64(source, run_key)) as draw
    from {{ ref('int_run_versions') }}

),

checked_runs as (

    select * from drawn_runs
    where
        newness <= {{ var('checked_runs') }}
        or draw <= {{ var('checked_runs') }}

),

-- Not every source logs costs.
unknown as (

    select {{ empty_value(columns['reported_cost_usd']) }} as reported_cost_usd

),

logged as (

    select
        checked_runs.source as source,
        checked_runs.run_key as run_key,
        checked_runs.latest_at as called_at,
        unknown.reported_cost_usd as cost_usd
    from checked_runs
    cross join unknown
    where 1 = 0

    {% for model_name in conformed_models('calls', sources_of_runs('select read_by from ' ~ ref('int_run_versions'))) -%}
        union all

        select
            source,
            run_key,
            called_at,
            {{ conformed_value('reported_cost_usd', columns['reported_cost_usd']) }} as cost_usd
        from (
            select * from {{ ref(model_name) }}
            where run_key in (select checked_runs.run_key from checked_runs)
        ) as given
        cross join unknown
    {% endfor %}

),

logged_runs as (

    select
        checked_runs.source as source,
        checked_runs.run_key as run_key,
        countIf(logged.source != '' and logged.called_at <= checked_runs.latest_at) as call_count,
        sumIf(logged.cost_usd, logged.called_at <= checked_runs.latest_at) as cost_usd
    from checked_runs
    left join logged
        on
            checked_runs.source = logged.source
            and checked_runs.run_key = logged.run_key
    group by
        source,
        run_key

),

unioned_runs as (

    select
        source,
        run_key,
        count() as call_count,
        sum(reported_cost_usd) as cost_usd
    from {{ ref('int_calls__unioned') }}
    where run_key in (select checked_runs.run_key from checked_runs)
    group by
        source,
        run_key

)

select
    logged_runs.source as source,
    logged_runs.run_key as run_key,
    logged_runs.call_count as logged_call_count,
    unioned_runs.call_count as unioned_call_count,
    logged_runs.cost_usd as logged_cost_usd,
    unioned_runs.cost_usd as unioned_cost_usd
from logged_runs
left join unioned_runs
    on
        logged_runs.source = unioned_runs.source
        and logged_runs.run_key = unioned_runs.run_key
where
    logged_runs.call_count != unioned_runs.call_count
    or coalesce(logged_runs.cost_usd, 0) != coalesce(unioned_runs.cost_usd, 0)
