{{ config(materialized='view') }}

with

calls as (

    select * from {{ ref('int_calls') }}
    where called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

runs as (

    select * from {{ ref('int_scope_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

)

select
    ----------  ids
    calls.call_id as call_id,
    calls.run_id as run_id,
    runs.source as source,
    -- From the call's own log; else from its run.
    {% for dimension in ['organization_id', 'team_id', 'user_id'] -%}
        if(calls.{{ dimension }} != '', calls.{{ dimension }}, runs.{{ dimension }}) as {{ dimension }},
    {% endfor -%}
    runs.project as project,
    runs.workflow_id as workflow_id,

    ----------  text
    runs.environment as environment,
    runs.channel as channel,
    runs.mode as mode,
    calls.model as model,
    calls.provider as provider,
    calls.api_key_id as api_key_id,
    calls.api_key_alias as api_key_alias,
    calls.team_alias as team_alias,
    [calls.model] as models,
    [calls.provider] as providers,
    [calls.api_key_id] as api_keys,
    [{{ training_method_of('registered_models') }}] as training_methods,
    if(empty(calls.tags), [''], arraySort(arrayDistinct(calls.tags))) as tags,
    runs.status as run_status,

    ----------  numerics
    calls.logged_call_count as logged_call_count,
    calls.input_tokens as input_tokens,
    calls.output_tokens as output_tokens,
    calls.cache_read_tokens as cache_read_tokens,
    toDecimal128(coalesce(calls.cost_usd, 0), 12) as cost_usd,
    {{ allocated_cost('cost_usd', 'tags', 1) }} as first_tag_cost_usd,
    {{ allocated_cost('cost_usd', 'tags', 2) }} as other_tag_cost_usd,
    if(calls.is_run_level, null, calls.duration_ms) as latency_ms,

    ----------  booleans
    calls.is_error as is_error,
    toBool(calls.cost_usd is null and calls.is_billable) as is_unpriced,

    ----------  timestamps
    calls.called_at as called_at,
    calls.called_date as date

from calls
inner join runs
    on calls.run_id = runs.run_id
left join registered_models
    on calls.model = registered_models.model
