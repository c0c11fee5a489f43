{{ config(
    order_by='(called_date, source, run_id, tool_call_id)',
    partition_by='toYYYYMM(called_date)',
) }}

with

tool_calls as (

    select * from {{ ref('int_tool_calls') }}

),

copies as (

    select distinct
        run_id,
        kept_run_id
    from {{ ref('int_call_copies') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

-- A session that repeats another's answers repeats the tool calls in them; the last part of an id is the
-- provider's.
repeated_tool_calls as (

    select tool_calls.tool_call_id as tool_call_id
    from tool_calls
    inner join copies
        on tool_calls.run_id = copies.run_id
    inner join tool_calls as originals
        on copies.kept_run_id = originals.run_id
    where splitByChar('/', tool_calls.tool_call_id)[-1] = splitByChar('/', originals.tool_call_id)[-1]

),

-- The tool calls of a run that is counted as another source's run go to that one, unless it has its own.
placed_tool_calls as (

    select
        tool_calls.* except (run_id),
        if(merged_runs.run_id = '', tool_calls.run_id, merged_runs.kept_run_id) as run_id

    from tool_calls
    left join merged_runs
        on tool_calls.run_id = merged_runs.run_id
    where
        tool_calls.tool_call_id not in (select repeated.tool_call_id from repeated_tool_calls as repeated)
        and (
            merged_runs.run_id = ''
            or merged_runs.kept_run_id not in (select own_calls.run_id from tool_calls as own_calls)
        )

)

select
    ----------  ids
    placed_tool_calls.tool_call_id as tool_call_id,
    toLowCardinality(placed_tool_calls.source) as source,
    placed_tool_calls.run_id as run_id,
    {{ fact_dimensions('runs') }},

    ----------  text
    placed_tool_calls.tool_name as tool_name,
    -- No source logs the model of every tool call; the run's primary model stands in.
    toLowCardinality(runs.primary_model) as model,
    toLowCardinality(runs.primary_provider) as provider,
    {{ training_method('registered_models') }},

    ----------  numerics
    placed_tool_calls.duration_ms as duration_ms,
    placed_tool_calls.input_chars as input_chars,
    placed_tool_calls.result_chars as result_chars,

    ----------  booleans
    placed_tool_calls.is_error as is_error,

    ----------  timestamps
    placed_tool_calls.called_at as called_at,
    toDate(placed_tool_calls.called_at) as called_date

from placed_tool_calls
inner join runs
    on placed_tool_calls.run_id = runs.run_id
left join registered_models
    on runs.primary_model = registered_models.model
