{{ config(enabled='litellm' in var('sources')) }}

with

logs as (

    select * from {{ ref('stg_litellm__spend_logs') }}

),

-- A gateway knows requests; those of one session are a run, any other is a run of its own.
sessions as (

    select
        run_key,
        argMinIf(logs.agent_id, (logs.started_at, logs.request_id), logs.agent_id != '') as agent_id,
        argMinIf(logs.key_alias, (logs.started_at, logs.request_id), logs.key_alias != '') as key_alias,
        argMinIf(logs.team_alias, (logs.started_at, logs.request_id), logs.team_alias != '') as team_alias,
        argMinIf(logs.team_id, (logs.started_at, logs.request_id), logs.team_id != '') as team_id,
        argMinIf(logs.organization_id, (logs.started_at, logs.request_id), logs.organization_id != '') as organization_id,
        argMinIf(
            if(logs.project_alias != '', logs.project_alias, logs.project_id), (logs.started_at, logs.request_id),
            logs.project_alias != '' or logs.project_id != ''
        ) as project,
        argMinIf(logs.user_id, (logs.started_at, logs.request_id), logs.user_id != '') as user_id,
        argMinIf(logs.end_user_id, (logs.started_at, logs.request_id), logs.end_user_id != '') as end_user_id,
        argMin(logs.messages_text, (logs.started_at, logs.request_id)) as input_text,
        -- A token is about four characters (R004): the size of the first request where its text is not kept.
        argMin(coalesce(logs.prompt_tokens, 0) * 4, (logs.started_at, logs.request_id)) as input_chars,
        countIf(logs.is_error) as error_count,
        count() as request_count,
        min(logs.started_at) as started_at,
        max(logs.ended_at) as ended_at

    from logs
    group by run_key

)

select
    ----------  ids
    'litellm' as source,
    run_key,
    {{ run_id("'litellm'", 'run_key') }} as run_id,
    run_key as source_run_id,
    -- The application, as far as the gateway knows it: its agent, else its key, else its team.
    coalesce(nullIf(agent_id, ''), nullIf(key_alias, ''), nullIf(team_alias, ''), nullIf(team_id, ''), 'unnamed') as workflow_id,

    ----------  text
    project,
    if(error_count = request_count, 'failed', 'completed') as status,
    -- The end user behind the user of the key.
    end_user_id as caller_id,
    'gateway' as origin,
    if(user_id != '', user_id, end_user_id) as user_id,
    team_id,
    organization_id,
    input_text,

    ----------  numerics
    cast(if(input_text != '', null, nullIf(input_chars, 0)) as Nullable(UInt64)) as logged_input_chars,
    cast(error_count as Nullable(UInt64)) as logged_error_count,

    ----------  timestamps
    started_at,
    cast(ended_at as Nullable(DateTime64(3, 'UTC'))) as ended_at

from sessions
