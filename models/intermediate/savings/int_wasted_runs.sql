{{ config(order_by='(waste_kind, run_id)') }}

{#- Runs that were for nothing as a whole: failed, given up, or the same as one of minutes ago. -#}
{%- set waste = var('waste') -%}

with

runs as (

    select * from {{ ref('int_runs') }}
    where toDate(started_at) <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

states as (

    select
        run_id,
        status
    from {{ ref('int_scope_runs') }}

),

prompts as (

    select
        run_id,
        sipHash64(input_text) as prompt_hash
    from {{ ref('int_runs__unioned') }}
    where input_text != ''

),

tool_calls as (

    select * from {{ ref('int_tool_calls') }}

),

last_tool_calls as (

    select
        run_id,
        max(called_at) as tool_called_at,
        argMax((duration_ms, result_chars, is_error), (called_at, tool_call_id)) as outcome
    from tool_calls
    group by run_id

),

-- Sources that say what a tool gave back; of others nothing is known.
answering_sources as (

    select source
    from tool_calls
    group by source
    having countIf(result_chars > 0) > 0

),

last_calls as (

    select
        run_id,
        max(called_at) as last_called_at
    from {{ ref('int_calls') }}
    group by run_id

),

sub_agent_calls as (

    select
        run_id,
        called_at,
        result_chars,
        duration_ms
    from tool_calls
    where
        tool_name in ({% for tool in waste.sub_agent_tools %}'{{ tool }}'{{ ', ' if not loop.last }}{% endfor %})
        and duration_ms is not null

),

-- Equal to the last digit of its tokens: the same prompt, model and work, of the same person.
repeats as (

    select
        runs.run_id as run_id,
        runs.started_at as started_at,
        lagInFrame(runs.started_at) over (
            partition by
                runs.source, runs.workflow_id, runs.user_id, prompts.prompt_hash, runs.primary_model, runs.species_hash,
                runs.total_input_tokens, runs.call_count
            order by runs.started_at, runs.run_id
            rows between 1 preceding and current row
        ) as earlier_at
    from runs
    inner join prompts
        on runs.run_id = prompts.run_id
    inner join states
        on runs.run_id = states.run_id
    where
        states.status = 'completed'
        and runs.total_input_tokens > 0

)

select
    'reliability' as waste_kind,
    run_id
from states
where
    status = 'failed'
    and run_id in (select runs.run_id from runs)

union all

select
    'repeated_prompt' as waste_kind,
    run_id
from repeats
where
    earlier_at > toDateTime64(0, 3, 'UTC')
    and dateDiff('second', earlier_at, started_at) between 0 and {{ waste.repeat_seconds }}

union all

-- Ends with a tool that never answered, or never ended at all.
select
    'abandoned_run' as waste_kind,
    runs.run_id as run_id
from runs
inner join states
    on runs.run_id = states.run_id
left join last_tool_calls
    on runs.run_id = last_tool_calls.run_id
left join last_calls
    on runs.run_id = last_calls.run_id
where
    states.status != 'failed'
    and greatest(coalesce(last_calls.last_called_at, runs.started_at), coalesce(last_tool_calls.tool_called_at, runs.started_at))
    < (select as_of.last_event_at from {{ ref('int_as_of') }} as as_of) - interval {{ waste.abandoned_hours }} hour
    and (
        (
            last_tool_calls.run_id != ''
            and runs.source in (select answering_sources.source from answering_sources)
            and last_tool_calls.tool_called_at >= last_calls.last_called_at
            and last_tool_calls.outcome.1 is null
            and last_tool_calls.outcome.2 = 0
            and not last_tool_calls.outcome.3
        )
        or states.status = 'running'
    )

union all

select distinct
    'empty_sub_agent' as waste_kind,
    runs.run_id as run_id
from runs
inner join sub_agent_calls
    on runs.parent_run_id = sub_agent_calls.run_id
where
    sub_agent_calls.result_chars = 0
    and runs.started_at >= sub_agent_calls.called_at
    and runs.started_at <= addMilliseconds(sub_agent_calls.called_at, toInt64(assumeNotNull(sub_agent_calls.duration_ms)))
