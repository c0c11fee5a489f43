{{ config(enabled='orchestrator' in var('sources')) }}

with

runs as (

    select * from {{ ref('stg_orchestrator__runs') }}

),

run_models as (

    select * from {{ ref('stg_orchestrator__run_models') }}

)

-- A summary adds up the calls of each model: only sums are known.
select
    ----------  ids
    'orchestrator' as source,
    runs.run_id as run_key,
    {{ run_id("'orchestrator'", joined_id(['runs.run_id', 'run_models.model'])) }} as call_id,
    {{ run_id("'orchestrator'", 'runs.run_id') }} as run_id,
    -- The agents' prompts come with the mode; how many loops there are is their setting.
    lower(hex(sipHash64('orchestrator', runs.project, runs.mode))) as species_hash,
    runs.user_id as user_id,

    ----------  text
    'model_total' as call_kind,
    run_models.model as model,
    run_models.provider as provider,

    ----------  numerics
    run_models.input_tokens as logged_input_tokens,
    run_models.cached_input_tokens as cache_read_tokens,
    run_models.output_tokens as output_tokens,
    cast(run_models.cost_usd as Nullable(Decimal(38, 12))) as reported_cost_usd,
    run_models.call_count as logged_call_count,

    ----------  booleans
    -- Named for what it is a part of, as OpenAI's field is.
    cast(true as Nullable(Bool)) as is_cache_in_input,
    true as is_billable,
    true as is_run_level,

    ----------  timestamps
    -- The document counts a run's cost on the day it started.
    runs.started_at as called_at

from run_models
inner join runs
    on run_models.run_id = runs.run_id
