{{ config(order_by='(date, workflow_id, model)') }}

with

calls as (

    select * from {{ ref('int_cache_calls') }}

),

runs as (

    select * from {{ ref('int_scope_runs') }}

)

select
    calls.date as date,
    if(calls.organization_id != '', calls.organization_id, runs.organization_id) as organization_id,
    if(calls.team_id != '', calls.team_id, runs.team_id) as team_id,
    runs.project as project,
    runs.workflow_id as workflow_id,
    calls.model as model,
    count() as call_count,
    countIf(not is_priced) as unpriced_call_count,
    sum(calls.input_tokens) as input_tokens,
    sum(calls.read_tokens) as read_tokens,
    sum(calls.write_tokens) as write_tokens,
    sum(calls.unread_5m_tokens + calls.unread_1h_tokens) as unread_write_tokens,
    sumIf(calls.saved_usd, is_priced) as saved_usd,
    sumIf(calls.gain_usd, has_gain) as missed_usd
from calls
inner join runs
    on calls.run_id = runs.run_id
group by
    date,
    organization_id,
    team_id,
    project,
    workflow_id,
    model
