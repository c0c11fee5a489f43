{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_changed_runs(has_other_prices('int_model_prices') ~ ' or ' ~ has_other_merges('int_run_merges')) }}",
    order_by='(run_id, called_at, call_id)',
) }}

with

calls as (

    -- What is known of a call as one number, however and when it was loaded: by it marts know what changed.
    select
        *,
        cityHash64(tuple(completed_calls.* except(run_version))) as row_version
    from {{ ref('int_calls__completed') }} as completed_calls
    where {{ is_outdated(['run_version']) }}

),

run_merges as (

    select * from {{ ref('int_run_merges') }}

),

-- One number for all that a run's calls follow from: its logs, their prices, and what is merged.
versions as (

    select
        calls.run_version as run_version,
        any(run_merges.merge_version) as merge_version,
        cityHash64(run_version, merge_version, sum(cityHash64(calls.price_key, calls.price_version))) as calls_version
    from calls
    left join run_merges
        on calls.run_version = run_merges.run_version
    group by run_version

)

select
    calls.*, -- noqa: AM04
    versions.merge_version as merge_version,
    versions.calls_version as calls_version
from calls
inner join versions
    on calls.run_version = versions.run_version
