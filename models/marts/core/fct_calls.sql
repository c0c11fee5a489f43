{{ config(
    order_by='(called_date, source, run_id, call_id)',
    partition_by='toYYYYMM(called_date)',
) }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

registered_models as (

    select * from {{ ref('int_registered_models') }}

),

thresholds as (

    {{ sla_thresholds_by_target() }}

),

judgements as (

    select * from {{ ref('int_call_judgements') }}

)

select
    ----------  ids
    calls.call_id as call_id,
    toLowCardinality(calls.source) as source,
    calls.run_id as run_id,
    runs.workflow_id as workflow_id,
    runs.project as project,
    nullIf(calls.species_hash, '') as species_hash,
    -- From the call's own log; else from its run.
    {% for dimension in ['user_id', 'team_id', 'organization_id', 'conversation_id'] -%}
        if(calls.{{ dimension }} != '', calls.{{ dimension }}, runs.{{ dimension }}) as {{ dimension }},
    {% endfor -%}
    toLowCardinality(runs.environment) as environment,
    toLowCardinality(runs.origin) as origin,
    toBool(runs.origin = 'widget') as is_widget,
    toLowCardinality(runs.experiment_name) as experiment_name,
    toLowCardinality(runs.variant) as variant,

    ----------  text
    calls.step_name as step_name,
    toLowCardinality(calls.call_kind) as call_kind,
    toLowCardinality(calls.model) as model,
    toLowCardinality(calls.provider) as provider,
    {{ training_method('registered_models') }},
    toLowCardinality(calls.service_tier) as service_tier,
    toLowCardinality(calls.region) as region,
    toLowCardinality(calls.finish_reason) as finish_reason,
    toLowCardinality(calls.api_key_id) as api_key_id,
    toLowCardinality(calls.api_key_alias) as api_key_alias,
    calls.tags as tags,
    calls.error_type as error_type,
    calls.error_message as error_message,
    toLowCardinality(calls.cost_source) as cost_source,
    toLowCardinality(calls.cost_reported_by) as cost_reported_by,
    calls.cost_note as cost_note,
    calls.price_id as price_id,
    toLowCardinality(calls.price_match) as price_match,
    toLowCardinality(calls.price_provider) as price_provider,
    toLowCardinality(calls.price_tier) as price_tier,
    toLowCardinality(calls.zero_cost_reason) as zero_cost_reason,
    judgements.failure_tags as failure_tags,

    ----------  numerics
    calls.duration_ms as duration_ms,
    calls.input_tokens as input_tokens,
    calls.uncached_input_tokens as uncached_input_tokens,
    calls.cache_read_tokens as cache_read_tokens,
    calls.cache_write_5m_tokens as cache_write_5m_tokens,
    calls.cache_write_1h_tokens as cache_write_1h_tokens,
    calls.output_tokens as output_tokens,
    calls.reasoning_tokens as reasoning_tokens,
    calls.total_tokens as total_tokens,
    calls.usage_units as usage_units,
    calls.logged_call_count as logged_call_count,
    calls.merged_call_count as merged_call_count,
    calls.candidate_index as candidate_index,
    calls.reforge_step as reforge_step,
    calls.evaluator_score as evaluator_score,
    calls.reported_cost_usd as reported_cost_usd,
    calls.computed_cost_usd as computed_cost_usd,
    calls.cost_difference_usd as cost_difference_usd,
    calls.cost_usd as cost_usd,
    judgements.rating as rating,
    judgements.rating_count as rating_count,

    ----------  booleans
    calls.is_error as is_error,
    calls.is_billable as is_billable,
    calls.is_run_level as is_run_level,
    calls.is_winner as is_winner,
    judgements.is_success as is_success,
    -- Exactly what was agreed keeps the promise.
    cast(
        if(calls.is_run_level, null, calls.duration_ms > {{ sla_threshold('runs.workflow_id', 'calls.model') }})
        as Nullable(Bool)
    ) as is_sla_breach,

    ----------  timestamps
    calls.called_at as called_at,
    calls.called_date as called_date

from calls
inner join runs
    on calls.run_id = runs.run_id
left join registered_models
    on calls.model = registered_models.model
left join judgements
    on calls.call_id = judgements.call_id
