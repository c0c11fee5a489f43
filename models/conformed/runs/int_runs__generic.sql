with

calls as (

    select * from {{ ref('stg_generic__calls') }}

),

runs as (

    select * from {{ ref('stg_generic__runs') }}

),

-- Attributes of a run that its calls log; the earliest call that has one counts.
called_runs as (

    select
        source,
        run_key,
        run_id,
        argMinIf(workflow_id, (called_at, call_id), workflow_id != '') as workflow_id,
        argMinIf(parent_run_id, (called_at, call_id), parent_run_id is not null) as parent_run_id,
        argMinIf(project, (called_at, call_id), project != '') as project,
        argMinIf(caller_id, (called_at, call_id), caller_id != '') as caller_id,
        argMinIf(origin, (called_at, call_id), origin != '') as origin,
        argMinIf(user_id, (called_at, call_id), user_id != '') as user_id,
        argMinIf(team_id, (called_at, call_id), team_id != '') as team_id,
        argMinIf(environment, (called_at, call_id), environment != '') as environment,
        argMinIf(conversation_id, (called_at, call_id), conversation_id != '') as conversation_id,
        -- A token is about four characters (R004): the size of the first request where none is given.
        argMin(
            coalesce(input_chars, (input_tokens + if(coalesce(is_cache_in_input, true), 0, cache_read_tokens)) * 4),
            (called_at, call_id)
        ) as input_chars,
        uniqExactIf(step_name, step_name != '') as step_count,
        countIf(is_error) as error_count,
        min(called_at) as first_called_at,
        max(addMilliseconds(called_at, toInt64(coalesce(duration_ms, 0)))) as last_ended_at

    from calls
    group by source, run_key, run_id

),

run_ids as (

    select
        source,
        run_id as run_key,
        run_id
    from runs

    union distinct

    select
        source,
        run_key,
        run_id
    from called_runs

)

select
    ----------  ids
    run_ids.source as source,
    run_ids.run_key as run_key,
    {{ run_id('run_ids.source', 'run_ids.run_id') }} as run_id,
    run_ids.run_id as source_run_id,
    coalesce(nullIf(runs.workflow_id, ''), nullIf(called_runs.workflow_id, ''), 'unnamed') as workflow_id,
    coalesce(runs.genus_hash, '') as logged_genus_hash,
    {{ run_id('run_ids.source', 'coalesce(runs.parent_run_id, called_runs.parent_run_id)') }} as parent_run_id,

    ----------  text
    if(runs.project != '', runs.project, called_runs.project) as project,
    if(runs.status != '', runs.status, 'completed') as status,
    if(runs.caller_id != '', runs.caller_id, called_runs.caller_id) as caller_id,
    if(runs.origin != '', runs.origin, called_runs.origin) as origin,
    if(runs.user_id != '', runs.user_id, called_runs.user_id) as user_id,
    if(runs.team_id != '', runs.team_id, called_runs.team_id) as team_id,
    if(
        called_runs.conversation_id = '', '', {{ run_id('run_ids.source', 'called_runs.conversation_id') }}
    ) as conversation_id,
    if(runs.environment != '', runs.environment, called_runs.environment) as environment,
    runs.input_text as input_text,

    ----------  numerics
    coalesce(
        runs.input_chars,
        if(runs.input_text != '', null, nullIf(called_runs.input_chars, 0)),
        if(runs.input_text != '', null, nullIf(runs.input_tokens * 4, 0))
    ) as logged_input_chars,
    coalesce(runs.step_count, called_runs.step_count) as logged_step_count,
    if(runs.run_id != '', runs.error_count, called_runs.error_count) as logged_error_count,
    runs.duration_ms as logged_duration_ms,

    ----------  timestamps
    -- A run known by its total alone began when its duration says.
    coalesce(
        runs.started_at,
        nullIf(called_runs.first_called_at, toDateTime64(0, 3, 'UTC')),
        addMilliseconds(runs.ended_at, -toInt64(coalesce(runs.duration_ms, 0))),
        runs.ended_at
    ) as started_at,
    if(runs.run_id != '', runs.ended_at, called_runs.last_ended_at) as ended_at

from run_ids
-- The keys are the same as the ids; by them the changed runs alone are read on this side, too.
left join runs
    on
        run_ids.source = runs.source
        and run_ids.run_key = runs.run_id
        and run_ids.run_id = runs.run_id
left join called_runs
    on
        run_ids.source = called_runs.source
        and run_ids.run_key = called_runs.run_key
        and run_ids.run_id = called_runs.run_id
