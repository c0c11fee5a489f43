{{ config(enabled='langfuse' in var('sources')) }}

with

traces as (

    select * from {{ ref('stg_langfuse__traces') }}

),

observations as (

    select * from {{ ref('stg_langfuse__observations') }}

),

dataset_run_items as (

    select * from {{ ref('stg_langfuse__dataset_run_items') }}

),

-- Attributes of a trace that its observations log: enriched ones have its fields.
observed_traces as (

    select
        run_key,
        argMinIf(observations.trace_name, (observations.started_at, observations.observation_id), observations.trace_name != '') as trace_name,
        -- The observation at the top, else the first.
        argMin(observations.observation_name, (observations.parent_observation_id != '', observations.started_at, observations.observation_id)) as root_name,
        argMin(observations.input_text, (observations.parent_observation_id != '', observations.started_at, observations.observation_id)) as input_text,
        max(observations.is_error and observations.parent_observation_id = '') as is_failed,
        argMinIf(observations.project_id, (observations.started_at, observations.observation_id), observations.project_id != '') as project_id,
        argMinIf(observations.user_id, (observations.started_at, observations.observation_id), observations.user_id != '') as user_id,
        argMinIf(observations.session_id, (observations.started_at, observations.observation_id), observations.session_id != '') as session_id,
        argMinIf(observations.environment, (observations.started_at, observations.observation_id), observations.environment != '') as environment,
        argMinIf(observations.experiment_run_name, (observations.started_at, observations.observation_id), observations.experiment_run_name != '') as experiment_run_name,
        argMinIf(observations.dataset_id, (observations.started_at, observations.observation_id), observations.dataset_id != '') as dataset_id,
        countIf(observations.is_error) as error_count,
        min(observations.started_at) as started_at,
        max(coalesce(observations.ended_at, observations.started_at)) as ended_at

    from observations
    group by run_key

),

-- A trace may be known from its own row, from its observations, or from both; both are read once.
run_keys as (

    select run_key from {{ ref('stg_langfuse__run_versions') }}

)

select
    ----------  ids
    'langfuse' as source,
    run_keys.run_key as run_key,
    {{ run_id("'langfuse'", 'run_keys.run_key') }} as run_id,
    run_keys.run_key as source_run_id,
    coalesce(
        nullIf(traces.trace_name, ''),
        nullIf(observed_traces.trace_name, ''),
        nullIf(observed_traces.root_name, ''),
        'unnamed'
    ) as workflow_id,

    ----------  text
    if(traces.project_id != '', traces.project_id, observed_traces.project_id) as project,
    if(observed_traces.is_failed, 'failed', 'completed') as status,
    if(traces.user_id != '', traces.user_id, observed_traces.user_id) as user_id,
    if(
        coalesce(nullIf(traces.session_id, ''), observed_traces.session_id) = '',
        '',
        {{ run_id("'langfuse'", "coalesce(nullIf(traces.session_id, ''), observed_traces.session_id)") }}
    ) as conversation_id,
    -- An experiment is a dataset; each run over it is a variant.
    coalesce(
        nullIf(dataset_run_items.dataset_name, ''),
        nullIf(dataset_run_items.dataset_id, ''),
        observed_traces.dataset_id
    ) as experiment_name,
    coalesce(
        nullIf(dataset_run_items.dataset_run_name, ''),
        nullIf(dataset_run_items.dataset_run_id, ''),
        observed_traces.experiment_run_name
    ) as variant,
    if(traces.environment != '', traces.environment, observed_traces.environment) as environment,
    if(traces.input_text != '', traces.input_text, observed_traces.input_text) as input_text,

    ----------  numerics
    cast(observed_traces.error_count as Nullable(UInt64)) as logged_error_count,

    ----------  timestamps
    if(traces.run_key = '', observed_traces.started_at, traces.started_at) as started_at,
    -- A trace has no end of its own; the last of its observations is.
    cast(
        if(observed_traces.run_key = '', traces.started_at, greatest(observed_traces.ended_at, started_at))
        as Nullable(DateTime64(3, 'UTC'))
    ) as ended_at

from run_keys
left join traces
    on run_keys.run_key = traces.run_key
left join observed_traces
    on run_keys.run_key = observed_traces.run_key
left join dataset_run_items
    on run_keys.run_key = dataset_run_items.run_key
where traces.run_key != '' or observed_traces.run_key != ''
